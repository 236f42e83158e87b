"""Which language a message is in or asks for, and what an English one asks for in Vietnamese (``english.yml``)."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from nlu.text.normalise import fold, is_syllable
from nlu.text.tokens import tokens

_TABLE = yaml.safe_load((Path(__file__).parent / "english.yml").read_text(encoding="utf-8"))
_TELLING = frozenset(_TABLE["telling"].split())
_ENGLISH = _TELLING.union(_TABLE["syllables"].split())
_BESIDE: dict[str, str] = _TABLE["beside"]
_NEEDS: dict[str, str] = _TABLE["meanings"]
_MEANINGS = _NEEDS | _BESIDE
_COUNTRY = re.compile(r"\bU\.?S\.?(?=\W|$)")
_MEANT = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _MEANINGS), key=len, reverse=True))})(?:e?s)?\b")
_SYLLABLES = 0.85
"""Share of words built like Vietnamese syllables from which on a longer message is Vietnamese without accents."""
_ENOUGH = 2
"""Telling words that make a message English; as many syllables without one make it Vietnamese."""
_ADDRESS = 3
"""One accented word in so many may be a name or an address in an English message ("12 Hoa Sữa street")."""
_LANGUAGE = re.compile(
    r"(?P<not>\b(?:khong|ko|chua|kem|not|no|cannot|(?:don|can|won)'?t) (?:\w+ ){0,2}?)?\b(?:"
    r"(?P<en>(?:tieng anh|english)(?! (?:teacher|test|certificate|degree|course|class|school|name)))"
    r"|tieng viet|(?:(?:in|speak|use|to|into) |(?<!\w ))vietnamese(?! (?!please|pls|now|again|from|instead|version)\w)"
    r")\b"
)
"""On folded text: a language that is named as one, not as where somebody or something comes from."""


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


def named_language(text: str) -> str | None:
    """The language that is asked for: the last one that is named; where that is one not spoken, the other one."""
    named = None
    for found in _LANGUAGE.finditer(fold(text)):
        named = "en" if (found["en"] is None) == (found["not"] is not None) else "vi"
    return named


def in_vietnamese(text: str) -> str:
    """The words of an English message that the table knows, in Vietnamese; empty where it names no subject at all.

    Of a subject that the table does not know only what may be Vietnamese is left to the search, which has no English.
    """
    plain = _COUNTRY.sub("usa", text).lower().replace("\u2019", "'")
    entries = [_entry(found.group()) for found in _MEANT.finditer(plain)]
    if any(entry in _NEEDS for entry in entries):
        return ", ".join(dict.fromkeys(_MEANINGS[entry] for entry in entries))
    unknown = [word for word in tokens(plain) if is_syllable(word) and word not in _ENGLISH and word not in _BESIDE]
    return " ".join(unknown) if len(unknown) >= _ENOUGH else ""


def _entry(word: str) -> str:
    """The entry of the table that ``word``, perhaps a plural, stands for."""
    return next(form for form in (word, word[:-1], word[:-2]) if form in _MEANINGS)
