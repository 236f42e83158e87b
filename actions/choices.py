"""Which of the offered things a citizen means: "cái thứ hai", "số 3", or some words of its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.text.english import is_english, telling
from nlu.text.normalise import fold
from nlu.text.tokens import keys

NUMBER_WORDS = {
    "nhat": 1, "dau": 1, "mot": 1, "hai": 2, "nhi": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7,
    "tam": 8, "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
}  # fmt: skip
"""The numbers by which people name one of several things, folded."""
_IN_ENGLISH = "first|1st|second|2nd|third|3rd|fourth|4th"
_ORDINAL = re.compile(
    r"\b(?:thu|so|cai|muc|phuong an|lua chon|truong hop|dien|chon)\s+(?:thu\s+|so\s+|tien\s+)?"
    r"(nhat|nhi|dau|mot|hai|ba|tu|bon|nam|sau|bay|tam|[1-8])\b|^([1-8])$"
    rf"|\b({_IN_ENGLISH}) (?:one|option|choice)\b|^(?:the )?({_IN_ENGLISH})$"
)
_WEEKDAY = re.compile(
    r"\b(?:sang|trua|chieu|toi|dem|ngay|hom|bua|den|tu|moi) thu (?:hai|ba|tu|nam|sau|bay)\b"
    r"|\bthu (?:hai|ba|tu|nam|sau|bay)(?= (?:tuan|toi|nay|hang|hoac|den)\b)"
)
_LAST = re.compile(
    r"\b(?:cai|thu tuc|so|muc|dong|viec|buoc|vu|truong hop) (?:o )?cuoi\b|^cuoi$|\bcuoi cung\b|\bduoi cung\b"
    r"|\blast one\b"
)
_FORMER_OR_LATTER = re.compile(r"\b(?:cai|vu|viec|thu tuc)\s+(?:(truoc)|sau|kia|con lai)\b")
_TWO = 2
"""Things of which one is the former or the latter; "sau" is no "sáu" then."""
_FIRST = re.compile(r"\b(?:dau tien|tren cung)\b")


def chosen(text: str, options: Sequence[str], *, loosely: bool = False) -> int | None:
    """The position of the option that ``text`` names, or ``None`` where it names none or more than one.

    ``loosely`` lets it say much else besides.
    """
    if not options:
        return None
    position = ordinal(text, len(options))
    return position if position is not None else _by_words(text, options, loosely=loosely)


def ordinal(text: str, count: int) -> int | None:
    """The position among ``count`` things that ``text`` names by its number; ``None`` where it names none."""
    if not count:
        return None
    plain = _WEEKDAY.sub(" ", fold(text)).strip(" .!?")
    if _LAST.search(plain):
        return count - 1
    if _FIRST.search(plain):
        return 0
    if count == _TWO and (named := _FORMER_OR_LATTER.search(plain)):
        return 0 if named[1] else 1
    if number := _ORDINAL.search(plain):
        position = number_of(number[number.lastindex or 0]) - 1
        return position if position < count else None
    return None


def number_of(word: str) -> int:
    """The number that a word of ``NUMBER_WORDS`` or digits tell. Raises ``KeyError`` for another word."""
    return int(word) if word.isdigit() else NUMBER_WORDS[word]


def _by_words(text: str, options: Sequence[str], *, loosely: bool) -> int | None:
    """The one option that has most of the telling words, those that not every option has."""
    words = [set(keys(option)) for option in options]
    common = set[str].intersection(*words)
    asked = set(telling(text) if is_english(text) else keys(text)) - common
    hits = [len(asked & (option - common)) for option in words]
    best = max(hits)
    if best == 0 or hits.count(best) > 1 or (best * 2 < len(asked) and not loosely):
        return None
    return hits.index(best)
