"""An answer cut into parts that an ear can hold: at most about fifteen seconds, or four things of a list."""

from __future__ import annotations

import re

from voice.speaking.reading import read_aloud

_WORDS = 45
_ITEMS = 4
_ITEM = re.compile(r"^\s*(?:[•–-]|\d+[.)])\s*")
_UNSPOKEN = re.compile(r"^\s*(?:Nguồn:|https?://)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def portions(text: str) -> tuple[str, ...]:
    """The spoken parts of a written answer, in order; sources are left to the written one."""
    parts: list[list[str]] = [[]]
    items = 0
    for unit, is_item in _units(text):
        items = items + 1 if is_item else items
        words = sum(len(said.split()) for said in parts[-1]) + len(unit.split())
        if parts[-1] and (words > _WORDS or (is_item and items > _ITEMS)):
            parts.append([])
            items = 1 if is_item else 0
        parts[-1].append(unit)
    return tuple(" ".join(part) for part in parts if part)


def _units(text: str) -> list[tuple[str, bool]]:
    """Sentences and list items, each with whether it is one of a list."""
    units: list[tuple[str, bool]] = []
    for line in text.splitlines():
        if not line.strip() or _UNSPOKEN.match(line):
            continue
        is_item = _ITEM.match(line) is not None
        spoken = read_aloud(_ITEM.sub("", line))
        sentences = [spoken] if len(spoken.split()) <= _WORDS else _SENTENCE.split(spoken)
        units += ((_closed(sentence), is_item) for sentence in sentences if sentence)
    return units


def _closed(sentence: str) -> str:
    return sentence if sentence[-1] in ".!?:,;" else f"{sentence}."
