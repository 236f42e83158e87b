"""Which language a message is written in, and what an English one asks for in Vietnamese words (``english.yml``)."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from nlu.text.normalise import fold, is_syllable
from nlu.text.tokens import tokens

_TABLE = yaml.safe_load((Path(__file__).parent / "english.yml").read_text(encoding="utf-8"))
_TELLING = frozenset(_TABLE["telling"].split())
_MEANINGS: dict[str, str] = _TABLE["meanings"]
_MEANT = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _MEANINGS), key=len, reverse=True))})(?:e?s)?\b")
_SYLLABLES = 0.85
"""Share of words built like Vietnamese syllables from which on a longer message is Vietnamese without accents."""
_ENOUGH = 2
"""Telling words that make a message English; as many syllables without one make it Vietnamese."""


_ADDRESS = 3
"""One accented word in so many may be a name or an address in an English message ("12 Hoa Sữa street")."""


def heard(text: str) -> str | None:
    """The language of ``text``, ``vi`` or ``en``; ``None`` where it is too short to tell."""
    words = [word for word in tokens(text.lower()) if word.isalpha()]
    if sum(fold(word) != word for word in words) * _ADDRESS > len(words):
        return "vi"
    syllables = sum(map(is_syllable, words))
    if len(words) > _ENOUGH + 1 and syllables >= _SYLLABLES * len(words):
        return "vi"
    telling = sum(word in _TELLING for word in words) + len(_MEANT.findall(text.lower()))
    if telling >= _ENOUGH:
        return "en"
    return "vi" if len(words) > _ENOUGH and syllables == len(words) else None


def in_vietnamese(text: str) -> str:
    """The words of an English message that the table knows, in Vietnamese; empty where it names no subject at all.

    A subject that the table does not know is left to the search as it is.
    """
    plain = text.lower().replace("\u2019", "'")
    known = ", ".join(_MEANINGS[_entry(found.group())] for found in _MEANT.finditer(plain))
    unknown = [word for word in tokens(plain) if word not in _TELLING]
    return known or (text if len(unknown) >= _ENOUGH else "")


def _entry(word: str) -> str:
    """The entry of the table that ``word``, perhaps a plural, stands for."""
    return next(form for form in (word, word[:-1], word[:-2]) if form in _MEANINGS)
