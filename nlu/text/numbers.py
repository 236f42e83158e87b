"""Codes and numbers that were spoken: "hát hai chín chấm hai sáu gạch hai bốn" is ``H29.26-24``.

People say letters by several names, leave separators out, hesitate, and correct themselves ("… không hai à nhầm không
ba …": the last digits are replaced).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.text.normalise import fold
from nlu.text.numerals import is_thousands, number

_SEPARATORS = {"chấm": ".", "phẩy": ".", "phảy": ".", "gạch": "-", "trừ": "-"}
_DASH_KINDS = {"ngang", "nối", "giữa", "noi", "giua"}
_LETTERS = {
    "a": "A", "bê": "B", "bờ": "B", "xê": "C", "cờ": "C", "dê": "D", "đê": "D", "e": "E", "ép": "F", "ép phờ": "F",
    "gờ": "G", "giê": "G", "hát": "H", "hắc": "H", "hắt": "H", "hách": "H", "hờ": "H", "ca": "K", "ka": "K",
    "lờ": "L", "em mờ": "M", "em": "M", "mờ": "M", "en nờ": "N", "en": "N", "nờ": "N", "pê": "P", "pờ": "P",
    "quy": "Q", "cu": "Q", "rờ": "R", "e rờ": "R", "ét": "S", "ét sì": "S", "sờ": "S", "tê": "T", "tờ": "T",
    "vê kép": "W", "vê": "V", "vờ": "V", "ích": "X", "ích xì": "X", "xờ": "X", "i dài": "Y", "i cờ rét": "Y",
    "dét": "Z", "pa": "PA",
}  # fmt: skip
_NAMES = {fold(name): letter for name, letter in _LETTERS.items()} | _LETTERS
_MARKS = {fold(name): mark for name, mark in _SEPARATORS.items()} | _SEPARATORS
_PLAIN_WORDS = frozenset({"a", "e", "em", "en", "ca", "ka", "cu", "quy", "cờ", "bờ", "tờ", "mờ", "ép", "k", "h", "pa"})
"""Letter names that are common words too: at the edge of a code only next to another letter or a digit."""
_PAUSES = frozenset(
    {"ờ", "ừm", "ừ", "à", "rồi", "roi", "xong", "tiếp", "tiếp theo", "rồi tới", "rồi đến", "dấu", "dau"}
)
_INSIDE_CODES = frozenset({"tháng", "thang"})
"""Words that people put into the date of a dossier code."""
_CORRECTIONS = frozenset(
    {"nhầm", "à nhầm", "ý nhầm", "nhầm là", "à quên", "quên", "xin lỗi", "lộn", "à lộn", "nói lộn", "a nham", "a lon"}
)
_RESTARTS = frozenset({"à không", "không phải", "a khong"})
"""Corrections only in front of a letter: "không" is a digit as well."""
_LEAST_DIGITS = 4
_LEAST_SPOKEN = 2
_LONGEST_JOINED = 3
"""Digits that a number in figures has at most to be joined with its neighbour."""

_WORD = re.compile(r"[^\W_]+")
_FIGURES = re.compile(r"[a-z]?\d+")


@dataclass(frozen=True)
class Spoken:
    """A spoken code or number: where it stands, and how it is written."""

    start: int
    end: int
    written: str


@dataclass(frozen=True)
class _Item:
    """A word or words of a run: ``kind`` is symbol, pause, or correction."""

    kind: str
    symbols: str
    length: int
    in_figures: bool = False


def spoken_to_written(text: str) -> str:
    """``text`` with every spoken code or number in digits; see ``find_spoken``."""
    pieces: list[str] = []
    done = 0
    for spoken in find_spoken(text):
        pieces += text[done : spoken.start], spoken.written
        done = spoken.end
    return "".join((*pieces, text[done:]))


def find_spoken(text: str) -> tuple[Spoken, ...]:
    """Every run of spoken digits, letters and separators.

    A run needs at least four digits and two spoken words, so that "ba năm" (three years) and "tờ 2024" stay words.
    """
    matches = list(_WORD.finditer(text))
    words = [match.group().lower() for match in matches]
    found: list[Spoken] = []
    position = 0
    while position < len(words):
        until = next(
            (
                i
                for i in range(position + 1, len(words))
                if text[matches[i - 1].end() : matches[i].start()].strip(" -,.")
            ),
            len(words),
        )
        symbols, length = _run(words[position:until])
        spoken = sum(not word.isdigit() for word in words[position : position + length])
        if spoken >= _LEAST_SPOKEN and sum(symbol.isdigit() for symbol in symbols) >= _LEAST_DIGITS:
            found.append(Spoken(matches[position].start(), matches[position + length - 1].end(), symbols))
            position += length
        else:
            position += 1
    return tuple(found)


def _run(words: Sequence[str]) -> tuple[str, int]:
    """The symbols of the longest run that ``words`` begin with, and how many words it takes; 0 when none."""
    items: list[_Item] = []
    position = 0
    thousands = False
    while position < len(words):
        item = _item(words[position:], items)
        if item is None:
            break
        thousands = thousands or (item.kind == "symbol" and is_thousands(words[position:]))
        items.append(item)
        position += item.length
    while items and (items[-1].kind != "symbol" or not items[-1].symbols[-1].isalnum() or _is_loose_end(items)):
        position -= items.pop().length
    if not items or items[0].kind != "symbol" or not items[0].symbols[0].isalnum():
        return "", 0
    has_letter = any(_is_letter(item) for item in items)
    if (words[0] in _PLAIN_WORDS and not _stands_in_code(items)) or (thousands and not has_letter):
        return "", 0
    symbols = _corrected(items)
    if words[0] in ("năm", "nam") and re.fullmatch(r"5(?:19|20)\d\d", symbols):
        return "", 0
    return symbols, position


def _is_letter(item: _Item) -> bool:
    return item.kind == "symbol" and item.symbols[-1].isalpha()


def _is_loose_end(items: list[_Item]) -> bool:
    """A letter at the end of a run that began with digits: the next word of the sentence ("… bảy tám em")."""
    return _is_letter(items[-1]) and not any(_is_letter(item) for item in items[:-1])


def _stands_in_code(items: list[_Item]) -> bool:
    return len(items) > 1 and items[1].kind == "symbol" and items[1].symbols[0].isalnum()


def _item(words: Sequence[str], before: list[_Item]) -> _Item | None:
    """What the next word or words are in a run that has ``before`` already; ``None`` ends it."""
    for length in (3, 2, 1):
        phrase = " ".join(words[:length])
        following = words[length : length + 1]
        if before and length <= len(words):
            if phrase in _CORRECTIONS or (phrase in _RESTARTS and following and following[0] in _NAMES):
                return _Item("correction", "", length)
            if phrase in _PAUSES or (phrase in _INSIDE_CODES and any(_is_letter(item) for item in before)):
                return _Item("pause", "", length)
    symbols, length = _symbols(words)
    item = _Item("symbol", symbols, length, in_figures=words[0].isdigit())
    return item if symbols and (not before or _joins(before[-1], item)) else None


def _joins(before: _Item, item: _Item) -> bool:
    """Whether an item may follow another: a long number in figures stands by itself between letters and separators."""
    if not (before.symbols[-1:].isdigit() and item.symbols[0].isdigit()):
        return True
    return not any(one.in_figures and len(one.symbols) > _LONGEST_JOINED for one in (before, item))


def _symbols(words: Sequence[str]) -> tuple[str, int]:
    """What the next word or words stand for, and how many they are; an empty symbol for anything else."""
    digits, length = number(words)
    if digits:
        return digits, length
    for length in (3, 2, 1):
        letter = _NAMES.get(" ".join(words[:length]), "") if length <= len(words) else ""
        if letter:
            return letter, length
    first = words[0]
    if first in ("linh", "lẻ"):
        return "0", 1
    if first in _MARKS:
        return _MARKS[first], 2 if _MARKS[first] == "-" and words[1:2] and words[1] in _DASH_KINDS else 1
    if _FIGURES.fullmatch(first) or (len(first) == 1 and first.isascii()):
        return first.upper(), 1
    return "", 0


def _corrected(items: list[_Item]) -> str:
    """The symbols of a run, with what was taken back replaced by what followed."""
    symbols = ""
    position = 0
    while position < len(items):
        item = items[position]
        position += 1
        if item.kind != "correction":
            symbols += item.symbols
            continue
        meant = ""
        while (
            position < len(items) and items[position].kind != "correction" and items[position].symbols not in (".", "-")
        ):
            meant += items[position].symbols
            position += 1
        if meant[:1].isalpha() and meant[0] == symbols[:1]:
            symbols = meant
        else:
            kept = max(len(symbols) - len(meant), max(symbols.rfind("."), symbols.rfind("-")) + 1)
            symbols = symbols[:kept] + meant
    return symbols
