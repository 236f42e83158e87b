"""Communes in a text: ``xã``, ``phường`` or ``đặc khu`` with a name of ``data/communes.tsv``, or one unknown to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.text.abbreviations import read_table
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import TOKEN

_KINDS = {"xa": "xã", "phuong": "phường", "p": "phường", "dac khu": "đặc khu"}
_AT = {"o", "tai", "ubnd", "an", "thon", "ap", "to", "den", "toi", "ve", "len", "dan", "duoi"}
"""Folded words before the kind after which an unknown name in small letters is believed."""
_LONGEST = 4
_SMALL = 2
"""Words of a name in small letters that the table lacks."""


@dataclass(frozen=True)
class Commune:
    """A commune named in a text; offsets count in ``normalise(text)``; ``provinces`` that have one of this name."""

    start: int
    end: int
    name: str
    provinces: tuple[str, ...] = ()


def find_communes(text: str) -> Iterator[Commune]:
    """Every commune that ``text`` names with its kind, from left to right."""
    text = normalise(text)
    matches = list(TOKEN.finditer(text))
    words = [match.group() for match in matches]
    folded = [fold(word) for word in words]
    position = 0
    while position < len(words):
        length = 2 if " ".join(folded[position : position + 2]) in _KINDS else 1
        kind = _KINDS.get(" ".join(folded[position : position + length]), "")
        if not kind or not _is_kind(words[position], text, matches[position].end()):
            position += 1
            continue
        start = position + length
        size, name, provinces = _name(kind, words[start:], folded[start:], folded[max(0, position - 1) : position])
        if size:
            end = matches[start + size - 1].end()
            yield Commune(matches[position].start(), end, f"{kind} {name}", provinces)
        position = start + size


def _is_kind(word: str, text: str, end: int) -> bool:
    """Not every "p" is short for "phường": only "p." and "P"."""
    return len(word) > 1 or text[end : end + 1] == "." or word == "P"


def _name(kind: str, words: list[str], folded: list[str], before: list[str]) -> tuple[int, str, tuple[str, ...]]:
    for size in range(min(_LONGEST, len(words)), 0, -1):
        for official, provinces in _table().get((kind, " ".join(folded[:size])), {}).items():
            written = [word.lower() for word in words[:size]]
            if written == TOKEN.findall(official.lower()) or (
                written == folded[:size] and (size > 1 or bool(_AT.intersection(before)))
            ):
                return size, official, provinces
    size = _unknown(words, folded, trusted=bool(_AT.intersection(before)))
    return size, " ".join(words[:size]), ()


def _unknown(words: list[str], folded: list[str], *, trusted: bool) -> int:
    """How many words an unknown name has: all in capitals, or two in small letters behind a word for a place."""
    named = [word.istitle() or (place > 0 and word.isdigit()) for place, word in enumerate(words[:_LONGEST])]
    if named and named[0]:
        return (*named, False).index(False)
    pair = list(zip(words, folded, strict=True))[:_SMALL]
    is_name = len(pair) == _SMALL and not any(word.isdigit() or bare in _no_names() for word, bare in pair)
    return _SMALL if trusted and is_name else 0


@lru_cache(maxsize=1)
def _no_names() -> frozenset[str]:
    return frozenset(word for (word,) in read_table("no_names.txt"))


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], dict[str, tuple[str, ...]]]:
    """Official names and their provinces by kind and folded name."""
    found: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for province, kind, names in read_table("communes.tsv"):
        for name in names.split(", "):
            same = found.setdefault((kind, fold(" ".join(TOKEN.findall(name)))), {})
            same[name] = (*same.get(name, ()), province)
    return found
