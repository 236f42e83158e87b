"""From the engines' rankings to one: evidence for each candidate, a probability, one hit per need, a verdict.

Every lexical engine only proposes candidates; the evidence is computed here, so that the engines agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.index.collection import Collection, Entry
from knowledge.index.engine import LABELS, MEANING, TEXT, Rankings
from knowledge.index.query import Query
from nlu.text.tokens import bigrams

_RANK_SMOOTHING = 10.0
_ADDED_WEIGHT = 0.5
"""How much an official word counts that we added for an everyday one, beside a word of the citizen's own."""

WEIGHTS: Mapping[str, float] = {
    "labels rank": 1.0,
    "text rank": 0.5,
    "meaning rank": 1.0,
    "question covered": 3.0,
    "label covered": 2.0,
    "accents agree": 1.0,
    "text covered": 0.5,
    "cosine": 8.0,
    "much asked": 0.4,
}
"""Weight of each piece of evidence; with ``BIAS`` they give the log-odds that a candidate is what was asked for."""
BIAS = -11.0

CERTAIN = 0.55
"""From this probability on, the first hit is the answer, if it also leads the second by ``LEAD``."""
POSSIBLE = 0.2
"""Below this probability, nothing fits."""
LEAD = 0.1


class Verdict(StrEnum):
    """What the ranking says about a question."""

    CLEAR = "clear"
    SEVERAL = "several"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure with the evidence that speaks for it (names as in ``WEIGHTS``) and its probability."""

    entry: Entry
    evidence: Mapping[str, float]
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


def candidates(query: Query, rankings: Rankings, cosines: Mapping[str, float], collection: Collection) -> list[Candidate]:
    """Every procedure in any ranking, most probable first. ``cosines`` is empty without the dense model."""
    places = {name: {ranked.code: place for place, ranked in enumerate(ranking)} for name, ranking in rankings.items()}
    asked = _Asked(query, collection)
    found: list[Candidate] = []
    for code in {code for ranking in places.values() for code in ranking}:
        entry = collection.entries.get(code)
        if entry is None:
            continue
        covered, label_covered, accents = asked.best_label(entry)
        evidence = {
            "labels rank": _closeness(places.get(LABELS, {}).get(code)),
            "text rank": _closeness(places.get(TEXT, {}).get(code)),
            "meaning rank": _closeness(places.get(MEANING, {}).get(code)),
            "question covered": covered,
            "label covered": label_covered,
            "accents agree": accents,
            "text covered": asked.covered_by(entry.everything),
            "cosine": cosines.get(code, 0.0),
            "much asked": float(bool(entry.document.title)),
        }
        odds = BIAS + sum(WEIGHTS[name] * value for name, value in evidence.items())
        found.append(Candidate(entry, evidence, 1 / (1 + math.exp(-odds))))
    return sorted(found, key=lambda candidate: (-candidate.probability, candidate.code))


def _closeness(place: int | None) -> float:
    """1 for the first place of a ranking, falling towards 0."""
    return 0.0 if place is None else _RANK_SMOOTHING / (_RANK_SMOOTHING + place)


class _Asked:
    """The question's terms with their weights: rare ones tell more, added ones less."""

    def __init__(self, query: Query, collection: Collection) -> None:
        own = [*query.terms, *bigrams(list(query.terms))]
        added = [*query.added, *bigrams(list(query.added))]
        self._own = {term: collection.weight(term) for term in own}
        self._weights = {term: _ADDED_WEIGHT * collection.weight(term) for term in added} | self._own
        self._words = frozenset(query.words)
        self._total = sum(self._own.values()) or 1.0
        self._collection = collection

    def covered_by(self, terms: frozenset[str]) -> float:
        """The share of the question's weight that is among ``terms``; added words help, up to 1."""
        return min(1.0, sum(weight for term, weight in self._weights.items() if term in terms) / self._total)

    def best_label(self, entry: Entry) -> tuple[float, float, float]:
        """For the label that fits best: share of the question covered, share of the label covered, accents that agree."""
        best = (0.0, 0.0, 0.0)
        for label in entry.labels:
            shared = [term for term in self._weights if term in label.terms]
            if not shared:
                continue
            covered = min(1.0, sum(self._weights[term] for term in shared) / self._total)
            label_covered = sum(self._collection.weight(term) for term in shared) / label.weight
            accents = len(self._words & label.words) / max(1, len(self._words))
            if covered + label_covered > best[0] + best[1]:
                best = (covered, label_covered, accents)
        return best


def grouped(
    ranked: Sequence[Candidate], collection: Collection, allowed: Callable[[Entry], bool] = lambda _: True
) -> list[Group]:
    """One group per need, most probable first; needs that nobody may use any more come last.

    Of the entries of one need, one in force stands before one that is not, and one of a level that exists before one of
    the abolished districts; a superseded entry gives way to its successor. Only entries that are ``allowed`` count.
    """
    by_need: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        entry = collection.successor(candidate.entry)
        if allowed(entry):
            by_need.setdefault(entry.need, []).append(Candidate(entry, candidate.evidence, candidate.probability))
    groups: list[Group] = []
    for need, members in by_need.items():
        best = max(members, key=lambda member: (_standing(member.entry), member.probability))
        probability = max(member.probability for member in members)
        also = tuple(
            entry.document.code
            for entry in collection.needs[need]
            if entry.document.usable and entry is not best.entry and not entry.document.abolished_level and allowed(entry)
        )
        groups.append(Group(Candidate(best.entry, best.evidence, probability), also))
    return sorted(groups, key=lambda group: (not group.best.entry.document.usable, -group.best.probability, group.best.code))


def _standing(entry: Entry) -> tuple[bool, bool]:
    return entry.document.usable, not entry.document.abolished_level


def verdict(groups: Sequence[Group]) -> Verdict:
    """Whether the first group is the answer, one of several, or none."""
    if not groups or groups[0].best.probability < POSSIBLE or not groups[0].best.entry.document.usable:
        return Verdict.NOTHING
    first = groups[0].best.probability
    second = groups[1].best.probability if len(groups) > 1 else 0.0
    return Verdict.CLEAR if first >= CERTAIN and first - second >= LEAD else Verdict.SEVERAL
