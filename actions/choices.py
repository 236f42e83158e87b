"""Which of the offered things a citizen means: "cái thứ hai", "số 3", or some words of its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.text.normalise import fold
from nlu.text.tokens import keys

_NUMBERS = {
    "nhat": 0, "dau": 0, "mot": 0, "1": 0, "hai": 1, "nhi": 1, "2": 1, "ba": 2, "3": 2, "tu": 3, "bon": 3, "4": 3,
    "nam": 4, "5": 4, "sau": 5, "6": 5, "bay": 6, "7": 6, "tam": 7, "8": 7,
}  # fmt: skip
_ORDINAL = re.compile(
    r"\b(?:thu|so|cai|muc|phuong an|lua chon|truong hop|dien|chon)\s+(?:thu\s+|so\s+|tien\s+)?"
    r"(nhat|nhi|dau|mot|hai|ba|tu|bon|nam|sau|bay|tam|[1-8])\b|^([1-8])$"
)
_LAST = re.compile(r"\b(?:cuoi|duoi cung)\b")
_FIRST = re.compile(r"\b(?:dau tien|tren cung)\b")


def chosen(text: str, options: Sequence[str]) -> int | None:
    """The position of the option that ``text`` names, or ``None`` where it names none or more than one."""
    if not options:
        return None
    position = ordinal(text, len(options))
    return position if position is not None else _by_words(text, options)


def ordinal(text: str, count: int) -> int | None:
    """The position among ``count`` things that ``text`` names by its number; ``None`` where it names none."""
    if not count:
        return None
    plain = fold(text).strip(" .!?")
    if _LAST.search(plain):
        return count - 1
    if _FIRST.search(plain):
        return 0
    if number := _ORDINAL.search(plain):
        position = _NUMBERS[number[1] or number[2]]
        return position if position < count else None
    return None


def _by_words(text: str, options: Sequence[str]) -> int | None:
    """The one option that has most of the telling words, those that not every option has."""
    words = [set(keys(option)) for option in options]
    common = set[str].intersection(*words)
    asked = set(keys(text)) - common
    hits = [len(asked & (option - common)) for option in words]
    best = max(hits)
    if best == 0 or hits.count(best) > 1 or best * 2 < len(asked):
        return None
    return hits.index(best)
