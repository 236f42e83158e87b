"""Words around a question that do not tell what it is about (``data/filler.txt``)."""

from __future__ import annotations

from functools import lru_cache

from nlu.text.abbreviations import DATA


@lru_cache(maxsize=1)
def _phrases() -> tuple[frozenset[tuple[str, ...]], int]:
    lines = (DATA / "filler.txt").read_text(encoding="utf-8").splitlines()
    phrases = frozenset(tuple(line.split()) for line in lines if line and not line.startswith("#"))
    return phrases, max(map(len, phrases))


def content(tokens: list[str]) -> list[str]:
    """``tokens`` (lower case, accents restored) without filler; all of them when nothing else is left."""
    phrases, longest = _phrases()
    kept: list[str] = []
    position = 0
    while position < len(tokens):
        for length in range(min(longest, len(tokens) - position), 0, -1):
            if tuple(tokens[position : position + length]) in phrases:
                position += length
                break
        else:
            kept.append(tokens[position])
            position += 1
    return kept or tokens
