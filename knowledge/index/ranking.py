"""From the engines' proposals to one ranking: evidence for each candidate, a probability, one hit per need, a verdict.

Every engine only proposes candidates; the evidence is computed here, so that the engines agree. The weights were
learned by ``knowledge.training`` from questions that are not frozen, and from aliases, each asked while it was hidden;
only the prior for what is used much is not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from knowledge.index.collection import Collection, Entry
from knowledge.index.evidence import KINDS, MUCH_USED, Evidence, Table

_PRIOR = 0.3
"""Points for what is used much. Set by hand, because questions of an evaluation are spread evenly over procedures and
those of citizens are not; it decides between procedures that fit alike, and no more."""
_WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each piece of evidence, whose sum orders the candidates, and the score of "nothing fits"."""

    evidence: Mapping[str, float]
    nothing: float

    def scores(self, table: Table) -> Table:
        """The score of each row of ``Evidence.table``."""
        return np.matmul(table, np.array([self.evidence.get(kind, 0.0) for kind in KINDS], np.float32))

    def points(self, row: Table) -> dict[str, float]:
        """What each kind of evidence in one row brings."""
        return {kind: self.evidence.get(kind, 0.0) * value for kind, value in zip(KINDS, row.tolist(), strict=True)}


def _learned(name: str) -> Weights:
    stored = json.loads(_WEIGHTS_FILE.read_text(encoding="utf-8"))[name]
    return Weights({**stored["evidence"], MUCH_USED: _PRIOR}, stored["nothing"])


WITH_MEANING = _learned("with meaning")
"""Weights for searches with the dense model."""
WORDS_ALONE = _learned("words alone")
"""Weights for searches without it."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights for questions in one language, with the dense model and without it."""

    with_meaning: Weights
    words_alone: Weights

    def of(self, evidence: Evidence) -> Weights:
        """Those that weigh this ``evidence``."""
        return self.with_meaning if evidence.meaning else self.words_alone


VIETNAMESE = Fitted(WITH_MEANING, WORDS_ALONE)
ENGLISH = Fitted(_learned("english"), _learned("english, words alone"))
"""For English questions, which are compared with English wordings."""

CERTAIN = 0.5
"""From this probability on, the first need is the answer."""
REFUSED = 0.75
"""From this probability of "nothing fits" on, nothing does."""


class Verdict(StrEnum):
    """What the ranking says about a question."""

    CLEAR = "clear"
    SEVERAL = "several"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure with its row of ``Evidence.table`` and the probability that it was meant."""

    entry: Entry
    evidence: Table
    probability: float

    @property
    def code(self) -> str:
        """The procedure's code."""
        return self.entry.document.code


@dataclass(frozen=True, slots=True)
class Group:
    """One need: the candidate that stands for it, and the codes of the same need at other levels."""

    best: Candidate
    also: tuple[str, ...]


def candidates(evidence: Evidence, collection: Collection, fitted: Fitted = VIETNAMESE) -> list[Candidate]:
    """The procedures of ``evidence``, most probable first.

    The probabilities are a softmax over the scores of all candidates and the score of "nothing fits". The prior moves
    probability between procedures, and leaves that of "nothing fits" alone.
    """
    if not evidence.codes:
        return []
    weights = fitted.of(evidence)
    scores = weights.scores(evidence.table)
    highest = float(scores.max())
    chances = np.exp(scores - highest)
    without_prior = np.exp(scores - highest - _PRIOR * evidence.table[:, KINDS.index(MUCH_USED)])
    nothing = math.exp(weights.nothing - highest) * float(chances.sum() / without_prior.sum())
    chances /= chances.sum() + nothing
    found = [
        Candidate(collection.entries[code], row, chance)
        for code, row, chance in zip(evidence.codes, evidence.table, chances.tolist(), strict=True)
    ]
    return sorted(found, key=lambda candidate: (-candidate.probability, candidate.code))


def grouped(
    ranked: Sequence[Candidate],
    collection: Collection,
    allowed: Callable[[Entry], bool] = lambda _: True,
    province: str = "",
) -> list[Group]:
    """One group per need, most probable first; needs that nobody may use any more come last.

    Of the entries of one need, one in force stands before one that is not, and one of a level that exists before one of
    the abolished districts, one of the ``province`` before one for all; a superseded entry gives way to its successor.
    Only entries that are ``allowed`` count.
    """
    by_need: dict[str, list[tuple[Entry, Candidate]]] = {}
    for candidate in ranked:
        entry = collection.successor(candidate.entry)
        if allowed(entry):
            by_need.setdefault(entry.need, []).append((entry, candidate))
    groups: list[Group] = []
    for need, members in by_need.items():
        entry, best = max(members, key=lambda member: (_standing(member[0], province), member[1].probability))
        together = min(1.0, sum(member.probability for _, member in members))
        also = tuple(
            other.document.code
            for other in collection.needs[need]
            if other is not entry and other.document.usable and not other.abolished_level and allowed(other)
        )
        groups.append(Group(Candidate(entry, best.evidence, together), also))
    return sorted(
        groups, key=lambda group: (not group.best.entry.document.usable, -group.best.probability, group.best.code)
    )


def _standing(entry: Entry, province: str) -> tuple[bool, bool, bool]:
    return entry.document.usable, not entry.abolished_level, province in entry.provinces


def verdict(groups: Sequence[Group]) -> Verdict:
    """Whether the first group is the answer, one of several, or none.

    With a filter, what it shut out counts neither for nor against: only what is left is weighed.
    """
    usable = [group.best.probability for group in groups if group.best.entry.document.usable]
    if not usable or 1 - sum(usable) > REFUSED:
        return Verdict.NOTHING
    return Verdict.CLEAR if usable[0] >= CERTAIN else Verdict.SEVERAL
