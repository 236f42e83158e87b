"""Syllables of a text, and the form of a syllable that the search index compares."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from nlu.text.normalise import fold

TOKEN = re.compile(r"[^\W_]+")
"""A syllable or number: letters and digits, nothing else. Codes with dots and dashes are read by ``nlu.text.codes``."""

_FINAL_Y = re.compile(r"(?<![aeou])y$|(?<=^qu)y$")


def tokens(text: str) -> list[str]:
    """The syllables and numbers of ``text`` in lower case, accents kept."""
    return TOKEN.findall(text.lower())


@lru_cache(maxsize=16384)
def key(token: str) -> str:
    """The folded form in which two spellings of one syllable meet: "ký", "kí" and "ky" all give "ki"."""
    return _FINAL_Y.sub("i", fold(token))


def keys(text: str) -> list[str]:
    """``key`` of every token of ``text``."""
    return [key(token) for token in tokens(text)]


def bigrams(items: list[str]) -> list[str]:
    """Neighbouring items joined by an underscore."""
    return [f"{left}_{right}" for left, right in pairwise(items)]
