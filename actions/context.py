"""Which procedure a message in the middle of a talk is about: the one in focus, one told before, or another.

A logistic regression weighs what search says of the message by itself, of its subject alone, and of the message read
after the name of the procedure in focus. ``motcua learn context`` finds the weights (``context.json``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from actions.hits import first
from actions.parts import asks_beside, parts_asked, subject
from actions.questions import asks
from actions.recall import comes_back
from actions.turn import Turn
from knowledge.answers import Part
from knowledge.model import Procedure
from knowledge.search import Found, Hit
from nlu.text.abbreviations import folded
from nlu.text.normalise import fold
from nlu.text.tokens import keys

WEIGHTS = Path(__file__).with_suffix(".json")
BIAS = "bias"
_CERTAIN = 0.3
"""Probability from which on the likeliest procedure is the one meant; below it search alone decides."""
_SEEN = (4, 3, 3)
"""Hits of each reading that may be meant."""
_LONG = 8
"""Syllables of a subject from which on it makes no difference how long it is."""
_TELLING = 2
"""Syllables of a subject from which on it names something."""
_NEARLY = 1e-3
"""What keeps the odds of scores of 0 and 1 finite."""
_GOES_ON = re.compile(r"(?:(?:u|uh|o|ok|da|a|ua|vang|roi|r|y)\W+)*(?:the|vay|rua)\b")
_CONTRASTS = re.compile(r"^.{0,16}\bcon\b")
"""On folded text: openings that go on with what was told, or turn to something beside it."""
_REQUIRES = re.compile(
    r"\bco (?:phai|can|bat buoc|nhat thiet)(?: phai)?(?: di)? "
    r"(?:kham|thi|hoc|chup|cong chung|chung thuc|sao y|dich|co mat|xuat trinh)\b(?: \w+){0,7} (?:khong|chua)\b"
)
"""On folded text: whether what is talked of wants something that other procedures are named after."""


@dataclass(frozen=True)
class Readings:
    """What search finds for a message ``alone``, for its ``subject``, and ``together`` with the name of the focus."""

    alone: Found
    subject: Found
    together: Found

    def __iter__(self) -> Iterator[Found]:
        return iter((self.alone, self.subject, self.together))


def meant(turn: Turn, focus: Procedure, read: Readings) -> Found | None:
    """What search found, with the procedure first and certain that the message is about; ``None`` if none is likely."""
    if _REQUIRES.search(folded(turn.text)):
        return first(read.alone, Hit(focus, 0.0, ()))
    likely = {code: _probability(row) for code, row in signs(turn, focus, read).items()}
    if _names_another(subject(turn.text), focus, read.alone):
        likely[focus.code] = 0.0
    code = max(likely, key=likely.__getitem__)
    if likely[code] < _CERTAIN:
        return None
    hits = (hit for found in read for hit in found.hits if code in hit.codes)
    return first(read.alone, next(hits, Hit(focus, 0.0, ())))


def signs(turn: Turn, focus: Procedure, read: Readings) -> dict[str, dict[str, float]]:
    """What speaks for each procedure that may be meant, by its code; the one in focus comes first."""
    scores = [_scores(found, focus.code) for found in read]
    about = subject(turn.text)
    candidates = [focus.code, *(code for each, most in zip(scores, _SEEN, strict=True) for code in [*each][:most])]
    procedures = {hit.procedure.code: hit.procedure for found in read for hit in found.hits} | {focus.code: focus}
    told: list[str] = turn.slots.get("told") or []
    rows: dict[str, dict[str, float]] = {}
    for code in dict.fromkeys(candidates):
        alone, by_subject, together = (_odds(each.get(code, 0.0)) for each in scores)
        next_alone, next_by_subject = (_best(each, code) for each in scores[:2])
        rows[code] = {
            "alone": alone,
            "subject": by_subject,
            "together": together,
            "alone over the next": alone - next_alone,
            "subject over the next": by_subject - next_by_subject,
            "named": _named(about, procedures[code]),
        }
        if code == focus.code:
            rows[code] |= _of_focus(turn, about, next_alone, next_by_subject)
        else:
            rows[code]["together over the next but the focus"] = together - _best(scores[2], code, focus.code)
            rows[code]["told"] = float(code in told)
    return rows


def _of_focus(turn: Turn, about: str, next_alone: float, next_by_subject: float) -> dict[str, float]:
    """What speaks for staying with the procedure in focus, given the odds of the best other one."""
    plain = folded(turn.text)
    parts = parts_asked(turn.text, turn.intent, turn.confidence)
    return {
        "focus": 1.0,
        "focus, asks for a part": float(parts != (Part.OVERVIEW,)),
        "focus, asks for a part first": float(asks_beside(turn.text)),
        "focus, length of the subject": min(len(keys(about)), _LONG) / _LONG,
        "focus, asks": float(asks(turn.text)),
        "focus, another alone": next_alone,
        "focus, another by the subject": next_by_subject,
        "focus, comes back": float(comes_back(turn.text) is not None),
        "focus, goes on": float(_GOES_ON.match(plain) is not None),
        "focus, contrasts": float(_CONTRASTS.match(plain) is not None),
    }


def _scores(found: Found, focus: str) -> dict[str, float]:
    """The score of every hit; a need that has the focus among its levels counts as the focus."""
    return {focus if focus in hit.codes else hit.procedure.code: hit.score for hit in found.hits}


def _best(scores: dict[str, float], *without: str) -> float:
    """The odds of the best score of others."""
    return _odds(max((score for code, score in scores.items() if code not in without), default=0.0))


def _odds(score: float) -> float:
    return math.log((score + _NEARLY) / (1 - score + _NEARLY))


def _named(about: str, procedure: Procedure) -> float:
    """The share of the words of a subject that stand in a procedure's names."""
    said = set(keys(about))
    return len(said.intersection(keys(f"{procedure.plain_name} {procedure.name}"))) / max(1, len(said))


def _names_another(about: str, focus: Procedure, found: Found) -> bool:
    """Whether an accented subject of several syllables stands in the name of what was found, and not in the focus'."""
    said = set(keys(about))
    if len(said) < _TELLING or fold(about) == about or _named(about, focus) == 1:
        return False
    return any(said.issubset(keys(hit.procedure.plain_name)) for hit in found.hits)


def _probability(row: dict[str, float]) -> float:
    weights = _weights()
    return 1 / (1 + math.exp(-weights[BIAS] - sum(weights[name] * value for name, value in row.items())))


@cache
def _weights() -> dict[str, float]:
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))
