"""Procedures by the sound of their names, for what was misheard.

Recognition on the telephone confuses tones first, then sounds that Vietnamese regions merge (l and n, s and x, tr and
ch, d, gi, r and v, final n and ng, t and c), then vowels. A syllable is reduced to what survives that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from nlu.text.filler import content
from nlu.text.normalise import fold
from nlu.text.tokens import tokens

_ONSETS = (
    (re.compile(r"^(?:ngh|ng)"), "ŋ"),
    (re.compile(r"^(?:gi|d|r|v)(?=[aeiouy])"), "d"),
    (re.compile(r"^(?:tr|ch)"), "c"),
    (re.compile(r"^(?:s|x)"), "s"),
    (re.compile(r"^(?:l|n(?!h))"), "n"),
    (re.compile(r"^(?:ph)"), "f"),
    (re.compile(r"^(?:kh|k|q|c(?!h))"), "k"),
    (re.compile(r"^gh"), "g"),
)
_CODAS = ((re.compile(r"(?:nh|ng|n)$"), "n"), (re.compile(r"(?:ch|c|t|p)$"), "t"), (re.compile(r"y$"), "i"))
_LEAST_WORDS = 2
_ALIKE = 80.0
_AHEAD = 4.0


@lru_cache(maxsize=8192)
def sound_of(syllable: str) -> str:
    """What is left of a syllable on a bad line: "chứng" and "trướng" sound alike."""
    sound = fold(syllable)
    for patterns in (_ONSETS, _CODAS):
        for pattern, replacement in patterns:
            sound, found = pattern.subn(replacement, sound)
            if found:
                break
    return sound


class SoundIndex:
    """Names and everyday wordings of procedures by their sound."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._sounds = [_sounds(name) for name in self._names]

    def nearest(self, heard: str) -> str | None:
        """The name that sounds like ``heard``, where one does, and clearly more than any other."""
        sounds = _sounds(heard)
        if len(sounds.split()) < _LEAST_WORDS:
            return None
        found = process.extract(sounds, self._sounds, scorer=_alike, limit=2)
        if not found or found[0][1] < _ALIKE:
            return None
        if len(found) > 1 and found[0][1] - found[1][1] < _AHEAD:
            return None
        return self._names[found[0][2]]


def _alike(heard: str, name: str, **_: object) -> float:
    """0 to 100: how much of the shorter lies in the longer, and how alike they are as wholes."""
    return 0.5 * fuzz.ratio(heard, name) + 0.5 * fuzz.partial_ratio(heard, name)


def _sounds(text: str) -> str:
    return " ".join(sound_of(word) for word in content(tokens(text)))
