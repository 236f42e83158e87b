"""From the engines' proposals to one ranking: evidence for each candidate, a probability, one hit per need, a verdict.

Every engine only proposes candidates; the evidence is computed here, so that the engines agree. The weights were
learned by ``knowledge.learning`` from questions that are not frozen, and from aliases, each asked while it was hidden.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from knowledge.index.collection import Collection, Entry, Label
from knowledge.index.document import word_set
from knowledge.index.facets import facets_of
from knowledge.index.query import Query
from nlu.text.tokens import bigrams

_ADDED_WEIGHT = 0.5
"""How much an official word counts that we added for an everyday one, beside a word of the citizen's own."""

WEIGHTS: Mapping[str, float] = {
    "question covered": 0.946,
    "label covered": 4.658,
    "name covered": 3.476,
    "accents agree": 3.934,
    "text covered": 3.357,
    "field covered": 3.043,
    "cosine": 18.827,
    "facets shared": 1.073,
    "facets missing": -0.103,
    "facets extra": -0.327,
    "much asked": 1.798,
    "many labels": -0.441,
}
"""Weight of each piece of evidence; the sum orders the candidates of one question."""

NOTHING_SCORE = 23.067
"""Score of the answer that nothing fits, which competes with the candidates."""

CERTAIN = 0.6
"""From this probability on, the first need is the answer."""
REFUSED = 0.6
"""From this probability of ``NOTHING_SCORE`` on, nothing fits."""


class Verdict(StrEnum):
    """What the ranking says about a question."""

    CLEAR = "clear"
    SEVERAL = "several"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure with the evidence about it (names as in ``WEIGHTS``) and the probability that it was meant."""

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


def candidates(
    query: Query, codes: Iterable[str], cosines: Mapping[str, float], collection: Collection
) -> list[Candidate]:
    """The procedures with these ``codes``, most probable first. ``cosines`` is empty without the dense model.

    The probabilities are a softmax over the scores of all candidates and ``NOTHING_SCORE``.
    """
    asked = Asked(query, collection)
    entries = [entry for code in codes if (entry := collection.entries.get(code))]
    evidence = [asked.evidence(entry, cosines.get(entry.document.code, 0.0)) for entry in entries]
    scores = [sum(WEIGHTS[name] * value for name, value in found.items()) for found in evidence]
    highest = max([NOTHING_SCORE, *scores])
    total = sum(math.exp(score - highest) for score in (NOTHING_SCORE, *scores))
    found = [
        Candidate(entry, proof, math.exp(score - highest) / total)
        for entry, proof, score in zip(entries, evidence, scores, strict=True)
    ]
    return sorted(found, key=lambda candidate: (-candidate.probability, candidate.code))


class Asked:
    """A question's terms with their weights: rare ones tell more, added ones less."""

    def __init__(self, query: Query, collection: Collection) -> None:
        own = [*query.terms, *bigrams(list(query.terms))]
        added = [*query.added, *bigrams(list(query.added))]
        self._own = {term: collection.weight(term) for term in own}
        self._weights = {term: _ADDED_WEIGHT * collection.weight(term) for term in added} | self._own
        self._total = sum(self._own.values()) or 1.0
        self._words = frozenset(query.words)
        self._facets = facets_of(query.analysis.text)
        self._collection = collection
        syllables = {term: weight for term, weight in self._weights.items() if "_" not in term}
        self._syllable_hashes = np.frombuffer(b"".join(word_set([term]) for term in syllables), np.uint32)
        self._syllable_weights = np.array(list(syllables.values()))
        self._syllable_total = sum(weight for term, weight in self._own.items() if "_" not in term) or 1.0

    def evidence(self, entry: Entry, cosine: float, hidden: int | None = None) -> dict[str, float]:
        """The evidence about ``entry``, by the names of ``WEIGHTS``; without the label at place ``hidden``."""
        labels = [label for place, label in enumerate(entry.labels) if place != hidden]
        fits = [self._fit(label) for label in labels]
        best = max(range(len(fits)), key=lambda i: fits[i][0] + fits[i][1], default=None)
        covered, label_covered = fits[best] if best is not None else (0.0, 0.0)
        words = labels[best].words if best is not None else frozenset[str]()
        asked, told = self._facets, entry.facets
        return {
            "question covered": covered,
            "label covered": label_covered,
            "name covered": fits[0][0] if fits and hidden != 0 else 0.0,
            "accents agree": len(self._words & words) / max(1, len(self._words)),
            "text covered": self._text_covered(entry.document.words),
            "field covered": self._covered(entry.field),
            "cosine": cosine,
            "facets shared": float(len(asked & told)),
            "facets missing": float(len(asked - told)),
            "facets extra": float(len(told - asked)),
            "much asked": float(bool(entry.document.title)),
            "many labels": math.log(max(1, len(labels))),
        }

    def _fit(self, label: Label) -> tuple[float, float]:
        """The share of the question that the label covers, and the share of the label that the question covers."""
        shared = [term for term in self._weights if term in label.terms]
        if not shared:
            return 0.0, 0.0
        covered = min(1.0, sum(self._weights[term] for term in shared) / self._total)
        return covered, sum(self._collection.weight(term) for term in shared) / label.weight

    def _covered(self, terms: frozenset[str]) -> float:
        return min(1.0, sum(weight for term, weight in self._weights.items() if term in terms) / self._total)

    def _text_covered(self, words: bytes) -> float:
        inside = np.isin(self._syllable_hashes, np.frombuffer(words, np.uint32), assume_unique=False)
        return min(1.0, float(self._syllable_weights[inside].sum()) / self._syllable_total)


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
            by_need.setdefault(entry.need, []).append(replace(candidate, entry=entry))
    groups: list[Group] = []
    for need, members in by_need.items():
        best = max(members, key=lambda member: (_standing(member.entry), member.probability))
        together = min(1.0, sum(member.probability for member in members))
        also = tuple(
            entry.document.code
            for entry in collection.needs[need]
            if entry.document.usable
            and entry is not best.entry
            and not entry.document.abolished_level
            and allowed(entry)
        )
        groups.append(Group(replace(best, probability=together), also))
    return sorted(
        groups, key=lambda group: (not group.best.entry.document.usable, -group.best.probability, group.best.code)
    )


def _standing(entry: Entry) -> tuple[bool, bool]:
    return entry.document.usable, not entry.document.abolished_level


def verdict(groups: Sequence[Group]) -> Verdict:
    """Whether the first group is the answer, one of several, or none.

    With a filter, what it shut out counts neither for nor against: only what is left is weighed.
    """
    usable = [group.best.probability for group in groups if group.best.entry.document.usable]
    if not usable or 1 - sum(usable) > REFUSED:
        return Verdict.NOTHING
    return Verdict.CLEAR if usable[0] >= CERTAIN else Verdict.SEVERAL
