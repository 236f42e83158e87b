"""Words around a question that do not tell what it is about (``data/filler.txt``)."""

from __future__ import annotations

from functools import lru_cache

from nlu.text.abbreviations import DATA


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[list[str]]]:
    """The phrases by their first word, longest first."""
    lines = (DATA / "filler.txt").read_text(encoding="utf-8").splitlines()
    phrases: dict[str, list[list[str]]] = {}
    for words in sorted((line.split() for line in lines if line and not line.startswith("#")), key=len, reverse=True):
        phrases.setdefault(words[0], []).append(words)
    return phrases


def content(tokens: list[str]) -> list[str]:
    """``tokens`` (lower case, accents restored) without filler; all of them when nothing else is left."""
    phrases = _phrases()
    kept: list[str] = []
    position = 0
    while position < len(tokens):
        word = tokens[position]
        for phrase in phrases.get(word, ()):
            if tokens[position : position + len(phrase)] == phrase:
                position += len(phrase)
                break
        else:
            kept.append(word)
            position += 1
    return kept or tokens
