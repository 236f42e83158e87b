"""Words by which a message points at what was talked about before, or at where the citizen is, not at a new subject."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from actions.parts import any_of, subject
from nlu.text.abbreviations import folded
from nlu.text.normalise import fold, normalise

_WORDS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "recall.yml").read_text(encoding="utf-8"))
_BACK = any_of(_WORDS["earlier"])
_BACK_FOLDED = any_of([fold(words) for words in _WORDS["earlier"]])
_FIRST = any_of(_WORDS["first"] + [fold(words) for words in _WORDS["first"]])
_AWAY = any_of(_WORDS["away"])
_DWELLING = any_of(_WORDS["dwelling"])
_CLAUSES = re.compile(r"[,.;:!?]+")


def comes_back(text: str) -> str | None:
    """What a message names that comes back to something ("cái khai tử hồi nãy"); empty where it only points back.

    ``None`` where it does not. Without its accents "lúc này" (now) would be "lúc nãy", so accents count where there
    are any.
    """
    said = normalise(text).lower()
    pattern = _BACK_FOLDED if fold(said) == said else _BACK
    for clause in _CLAUSES.split(said):
        if pattern.search(clause):
            return subject(pattern.sub(" ", clause))
    return None


def to_the_first(text: str) -> bool:
    """Whether a message comes back to what was talked about first."""
    return comes_back(text) is not None and _FIRST.search(normalise(text).lower()) is not None


def from_afar(text: str) -> str | None:
    """What a message is about that asks whether one has to go home for it, without where the citizen lives.

    ``None`` where it does not ask that.
    """
    said = folded(text)
    return _DWELLING.sub(" ", _AWAY.sub(" ", said)) if _AWAY.search(said) else None
