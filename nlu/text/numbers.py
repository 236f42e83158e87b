"""Numbers and codes that were spoken: "hát hai chín chấm hai sáu gạch hai bốn" is ``H29.26-24``."""

from __future__ import annotations

import re

from nlu.text.normalise import fold

_DIGITS = {
    **dict(zip(("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"), "0123456789", strict=True)),
    "mốt": "1",
    "tư": "4",
    "lăm": "5",
    "nhăm": "5",
    "bẩy": "7",
}
_SEPARATORS = {"chấm": ".", "gạch": "-", "trừ": "-"}
_LETTERS = {
    "a": "A", "bê": "B", "bờ": "B", "xê": "C", "cờ": "C", "dê": "D", "đê": "D", "e": "E", "ép": "F", "ép phờ": "F",
    "gờ": "G", "giê": "G", "hát": "H", "hờ": "H", "ca": "K", "ka": "K", "lờ": "L", "em mờ": "M", "mờ": "M",
    "en nờ": "N", "nờ": "N",
    "pê": "P", "pờ": "P", "quy": "Q", "cu": "Q", "rờ": "R", "ét": "S", "sờ": "S", "tê": "T", "tờ": "T",
    "vê": "V", "vờ": "V", "ích": "X", "xờ": "X", "dét": "Z",
}  # fmt: skip
_PLAIN_WORDS = frozenset({"a", "e", "ca", "ka", "cu", "quy", "cờ", "bờ", "tờ", "mờ", "ép"})
"""Letter names that are common words too: at the edge of a code only next to another letter."""
_LEAST_DIGITS = 4
_LEAST_SPOKEN = 2
_LONGEST_WORD = 2
"""Digits that one spoken number gives at most, as in "mười hai"."""

_WORD = re.compile(r"[^\W_]+")


def spoken_to_written(text: str) -> str:
    """``text`` with every run of spoken digits, letters and separators written as one code or number.

    A run needs at least four digits and two spoken words, so that "ba năm" (three years) and "tờ 2024" stay words.
    """
    words = list(_WORD.finditer(text))
    pieces: list[str] = []
    done = position = 0
    while position < len(words):
        symbols, length = _run(words, position, text)
        spoken = sum(not word.group().isdigit() for word in words[position : position + length])
        if spoken >= _LEAST_SPOKEN and sum(symbol.isdigit() for symbol in symbols) >= _LEAST_DIGITS:
            pieces += text[done : words[position].start()], symbols
            done = words[position + length - 1].end()
            position += length
        else:
            position += 1
    return "".join((*pieces, text[done:]))


def _run(words: list[re.Match[str]], start: int, text: str) -> tuple[str, int]:
    """The symbols of the longest run that starts at word ``start``, and how many words it takes; 0 when none."""
    read: list[tuple[str, int]] = []
    position = start
    while position < len(words):
        if position > start and text[words[position - 1].end() : words[position].start()].strip(" -,."):
            break
        symbol, length = _symbol([word.group().lower() for word in words[position : position + 3]])
        if not symbol or not _joins(read[-1][0] if read else "", symbol):
            break
        read.append((symbol, length))
        position += length
    while read and (read[-1][0] in "-." or read[-1][0].isalpha()):
        position -= read.pop()[1]
    if not read or read[0][0] in "-.":
        return "", 0
    first = words[start].group().lower()
    letter_follows = len(read) > 1 and read[1][0].isalpha()
    if first in _PLAIN_WORDS and not letter_follows:
        return "", 0
    symbols = "".join(symbol for symbol, _ in read)
    if first in ("năm", "nam") and re.fullmatch(r"5(?:19|20)\d\d", symbols):
        return "", 0
    return symbols, position - start


def _joins(before: str, symbol: str) -> bool:
    """Whether a symbol may follow another: a number in figures stands by itself between letters and separators."""
    return not (before[-1:].isdigit() and symbol[:1].isdigit() and max(len(before), len(symbol)) > _LONGEST_WORD)


def _symbol(words: list[str]) -> tuple[str, int]:
    """What the next word or words stand for, and how many they are; an empty symbol for anything else."""
    first, *rest = words
    if first.isdigit():
        return first, 1
    if rest and f"{first} {rest[0]}" in _LETTERS:
        return _LETTERS[f"{first} {rest[0]}"], 2
    if first == "vê" and rest[:1] == ["kép"]:
        return "W", 2
    if first in ("gạch", "gach") and rest[:1] in (["ngang"], ["nối"], ["noi"]):
        return "-", 2
    if first in ("mười", "muoi"):
        unit = _MEANINGS.get(rest[0], "") if rest else ""
        return ("1" + unit, 2) if unit.isdigit() else ("10", 1)
    digit = _MEANINGS.get(first, "")
    if digit.isdigit() and rest[:1] in (["mươi"], ["muoi"]):
        unit = _MEANINGS.get(rest[1], "") if len(rest) > 1 else ""
        return (digit + unit, 3) if unit.isdigit() else (digit + "0", 2)
    return digit, 1


_SPOKEN = {**_LETTERS, **_SEPARATORS, **_DIGITS}
_MEANINGS = {fold(word): symbol for word, symbol in _SPOKEN.items()} | _SPOKEN
