"""Sums of money as people write and say them: "1tr5", "2 triệu rưỡi", "năm trăm ngàn", "50.000đ", "35 củ"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from nlu.text.normalise import fold, normalise
from nlu.text.numerals import DIGITS, UNITS, value

_SCALES = {
    "tỷ": 10**9, "tỉ": 10**9, "ty": 10**9, "triệu": 10**6, "trieu": 10**6, "tr": 10**6, "củ": 10**6, "nghìn": 1000,
    "nghin": 1000, "ngàn": 1000, "ngan": 1000, "k": 1000,
}  # fmt: skip
_TENS_OF = {"chục": 10, "chuc": 10}
_CURRENCY = {"đồng", "đ", "dong", "d", "vnd", "vnđ"}
_HALF = {"rưỡi", "rưởi", "ruoi"}
_TOKEN = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?|[^\W\d_]+")
_FIGURES = re.compile(r"\d[\d.,]*")
_LONGEST_NUMBER = 6
"""Words of the longest number in front of one scale ("chín trăm chín mươi chín")."""
_THOUSAND = 1000
_HUNDRED = {"trăm", "tram"}
_LEAST_SHORTENED = 10**6


@dataclass(frozen=True)
class Money:
    """A sum in dong; offsets count in ``normalise(text)``."""

    start: int
    end: int
    dong: int


def grouped(amount: int) -> str:
    """``1.500.000``: an amount as it is written in Vietnam."""
    return f"{amount:,}".replace(",", ".")


def find_money(text: str) -> Iterator[Money]:
    """Every sum that ``text`` names, from left to right."""
    text = normalise(text)
    matches = list(_TOKEN.finditer(text))
    words = [_word(text, match) for match in matches]
    joined = [not text[left.end() : right.start()].strip() for left, right in pairwise(matches)] + [False]
    position = 0
    while position < len(words):
        until = next(i for i in range(position, len(words)) if not joined[i]) + 1
        dong, length = _sum(words[position:until])
        if length:
            yield Money(matches[position].start(), matches[position + length - 1].end(), dong)
        position += length or 1


def _word(text: str, match: re.Match[str]) -> str:
    """The token; "k" and "d" apart from a figure are other words."""
    word = match.group().lower()
    glued = text[match.start() - 1 : match.start()].isdigit()
    return word if glued or word not in ("k", "d") else ""


def _sum(words: list[str]) -> tuple[int, int]:
    """The sum that ``words`` begin with, and how many of them name it; 0 words when none do."""
    total, position, last = 0.0, 0, 0
    while position < len(words):
        amount, length = _number(words[position:])
        if not length:
            break
        scale, scale_length = _scale(words[position + length :])
        if last and scale >= last:
            break
        if scale == 1:
            if last >= _LEAST_SHORTENED and _is_tenth(words[position], length):
                total += amount * last / 10
                position += length
            elif last == _THOUSAND and _HUNDRED & set(words[position : position + length]):
                total += amount
                position += length
            elif not last and _is_currency(words, position + length):
                total, position = amount, position + length
            break
        total += amount * scale
        position += length + scale_length
        last = scale
        if words[position : position + 1] and words[position] in _HALF:
            total += scale / 2
            position += 1
            break
    currency = _is_currency(words, position)
    if not position or (not last and not currency):
        return 0, 0
    dong = round(total)
    if last == _THOUSAND and dong % _THOUSAND and not currency:
        return 0, 0  # "hai nghìn không trăm hai mươi" is a year, "một nghìn hai trăm" square metres
    return dong, position + currency


def _is_tenth(word: str, length: int) -> bool:
    """A digit behind the scale counts tenths of it: "2 tỷ 3", "1tr5"; "một" counts what follows it."""
    return length == 1 and word not in ("một", "mot") and (word in UNITS or (word.isdigit() and len(word) == 1))


def _is_currency(words: list[str], position: int) -> bool:
    return position < len(words) and words[position] in _CURRENCY


def _number(words: list[str]) -> tuple[float, int]:
    if _FIGURES.fullmatch(words[0]):
        digits = words[0]
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits)
        return (float(re.sub(r"[.,]", "", digits)) if grouped else float(digits.replace(",", "."))), 1
    if words[0] not in DIGITS and fold(words[0]) not in ("muoi", "ham"):
        return 0, 0
    for length in range(min(_LONGEST_NUMBER, len(words)), 0, -1):
        if (whole := value(words[:length])) is not None and not {"nghìn", "ngàn", "nghin", "ngan"} & set(
            words[:length]
        ):
            return whole, length
    return 0, 0


def _scale(words: list[str]) -> tuple[int, int]:
    times, length = (_TENS_OF[words[0]], 1) if words and words[0] in _TENS_OF else (1, 0)
    if words[length : length + 1] and words[length] in _SCALES:
        return times * _SCALES[words[length]], length + 1
    return 1, 0
