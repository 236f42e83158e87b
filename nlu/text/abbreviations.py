"""Abbreviations of public life (``data/abbreviations.tsv``) and of chat (``data/teencode.tsv``), written out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from nlu.text.normalise import fold, normalise
from nlu.text.tokens import TOKEN

DATA = Path(__file__).parent / "data"
_STOPS = ("", ".", ",", "?", "!", ";")
_AFTER = frozenset({"hay", "hoac", "v", "vay", "z", "a", "ad"})
"""Folded words before which a clause ends, or that follow what asks."""


def read_table(name: str) -> list[list[str]]:
    """The rows of a tab-separated file of ``data``; lines with ``#`` are comments."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


@lru_cache(maxsize=1)
def _short_forms() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Short forms that always stand for their full form, those that do in accented text, and at the end of a clause."""
    always: dict[str, str] = {}
    accented: dict[str, str] = {}
    last: dict[str, str] = {}
    for short, full, *when in [*read_table("abbreviations.tsv"), *read_table("teencode.tsv")]:
        (accented if when else always).setdefault(short, full)
        if when == ["last"]:
            last.setdefault(short, full)
    return always, accented, last


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    """Folded words after which what may ask at the end of a clause does not (``no_question.txt``)."""
    return frozenset(word for (line,) in read_table("no_question.txt") for word in line.split())


def expand(text: str) -> str:
    """``text`` with every known short form written out; everything else, spacing included, stays as it is.

    A single letter is left alone next to a digit or as part of a code ("hạng A", "20 k", "H56.14").
    """
    always, when_accented, when_last = _short_forms()
    accented = fold(text) != text.lower()
    pieces: list[str] = []
    done = 0
    for match in TOKEN.finditer(text):
        word = match.group().lower()
        full = always.get(word) or (when_accented.get(word) if accented else None)
        if word in when_last and _closes(text, match.start(), match.end()):
            full = when_last[word]
        if full is None or (
            len(word) == 1 and (match.group().isupper() or _beside_digit(text, match.start(), match.end()))
        ):
            continue
        pieces += text[done : match.start()], full
        done = match.end()
    return "".join((*pieces, text[done:]))


def folded(text: str) -> str:
    """``text`` as words are looked for in it: one spelling, abbreviations written out, lower case without accents."""
    return fold(expand(normalise(text)))


def _closes(text: str, start: int, end: int) -> bool:
    """Whether what stands from ``start`` to ``end`` ends a clause, as a question word may."""
    before = TOKEN.findall(fold(text[:start]))
    after = TOKEN.match(fold(text[end:]).lstrip())
    ends = text[end:].lstrip()[:1] in _STOPS or (after is not None and after.group() in _AFTER)
    return bool(before) and before[-1] not in _states() and ends


def _beside_digit(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip(" -./"), text[end:].lstrip(" -./")
    return before[-1:].isdigit() or after[:1].isdigit()
