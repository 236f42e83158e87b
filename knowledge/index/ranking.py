"""From the engines' proposals to one ranking: evidence for each candidate, a probability, one hit per need, a verdict.

Every engine only proposes candidates; the evidence is computed here, so that the engines agree. The weights were
learned by ``knowledge.training`` from questions that are not frozen, and from aliases, each asked while it was hidden.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from knowledge.index.collection import Collection, Entry, Label
from knowledge.index.facets import facets_of
from knowledge.index.query import Query
from nlu.text.tokens import bigrams

_ADDED_WEIGHT = 0.5
"""How much an official word counts that we added for an everyday one, beside a word of the citizen's own."""

_WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each piece of evidence, whose sum orders the candidates, and the score of "nothing fits"."""

    evidence: Mapping[str, float]
    nothing: float


def _learned(name: str) -> Weights:
    stored = json.loads(_WEIGHTS_FILE.read_text(encoding="utf-8"))[name]
    return Weights(stored["evidence"], stored["nothing"])


WITH_MEANING = _learned("with meaning")
"""Weights for searches with the dense model."""
WORDS_ALONE = _learned("words alone")
"""Weights for searches without it."""

CERTAIN = 0.6
"""From this probability on, the first need is the answer."""
REFUSED = 0.6
"""From this probability of "nothing fits" on, nothing does."""


class Verdict(StrEnum):
    """What the ranking says about a question."""

    CLEAR = "clear"
    SEVERAL = "several"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure with the evidence about it (names as in ``weights.json``) and the probability that it was meant."""

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


@dataclass(frozen=True, slots=True)
class Comparison:
    """One document beside a question: cosines of its nearest passage and of its name, and its BM25 over all words.

    Without the dense model the cosines are ``None``.
    """

    cosine: float | None
    name_cosine: float | None
    words: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A question compared with the whole catalogue: each candidate's values, and the best value of any document."""

    by_code: Mapping[str, Comparison]
    best_cosine: float
    best_words: float

    @property
    def weights(self) -> Weights:
        """The weights for what there is to weigh."""
        return WITH_MEANING if self.best_cosine else WORDS_ALONE


def candidates(query: Query, compared: Compared, collection: Collection) -> list[Candidate]:
    """The procedures that were ``compared``, most probable first.

    The probabilities are a softmax over the scores of all candidates and the score of "nothing fits".
    """
    asked = Asked(query, compared, collection)
    entries = [entry for code in compared.by_code if (entry := collection.entries.get(code))]
    evidence = [asked.evidence(entry, compared.by_code[entry.document.code]) for entry in entries]
    weights = compared.weights
    scores = [sum(weights.evidence[name] * value for name, value in found.items()) for found in evidence]
    highest = max([weights.nothing, *scores])
    total = sum(math.exp(score - highest) for score in (weights.nothing, *scores))
    found = [
        Candidate(entry, proof, math.exp(score - highest) / total)
        for entry, proof, score in zip(entries, evidence, scores, strict=True)
    ]
    return sorted(found, key=lambda candidate: (-candidate.probability, candidate.code))


class Asked:
    """A question's terms with their weights: rare ones tell more, added ones less."""

    def __init__(self, query: Query, compared: Compared, collection: Collection) -> None:
        own = [*query.terms, *bigrams(list(query.terms))]
        added = [*query.added, *bigrams(list(query.added))]
        self._worth = {term: collection.weight(term) for term in (*own, *added)}
        own_weights = {term: self._worth[term] for term in own}
        self._weights = {term: _ADDED_WEIGHT * self._worth[term] for term in added} | own_weights
        self._total = sum(own_weights.values()) or 1.0
        self._words = frozenset(query.words)
        self._facets = facets_of(query.analysis.text)
        self._compared = compared

    def evidence(self, entry: Entry, comparison: Comparison, hidden: int | None = None) -> dict[str, float]:
        """The evidence about ``entry``, by the names of the weights; without the label at place ``hidden``."""
        labels = [label for place, label in enumerate(entry.labels) if place != hidden]
        shared = [self._weights.keys() & label.terms for label in labels]
        fits = [self._fit(terms, label) for terms, label in zip(shared, labels, strict=True)]
        best = max(range(len(fits)), key=lambda i: fits[i][0] + fits[i][1], default=None)
        words = labels[best].words if best is not None else frozenset[str]()
        asked, told = self._facets, entry.facets
        every = self._compared
        return {
            "label covered": fits[best][1] if best is not None else 0.0,
            "name covered": fits[0][0] if fits and hidden != 0 else 0.0,
            "labels together": self._covered(frozenset[str]().union(*shared)),
            "accents agree": len(self._words & words) / max(1, len(self._words)),
            "field covered": self._covered(self._weights.keys() & entry.field),
            "all words": comparison.words / every.best_words if every.best_words else 0.0,
            "cosine behind best": (comparison.cosine or 0.0) - every.best_cosine,
            "name cosine": (comparison.name_cosine or 0.0) - every.best_cosine,
            "facets shared": float(len(asked & told)),
            "facets extra": float(len(told - asked)),
            "much asked": float(bool(entry.document.title)),
            "many labels": math.log(max(1, len(labels))),
        }

    def _fit(self, shared: AbstractSet[str], label: Label) -> tuple[float, float]:
        """The share of the question that the label covers, and the share of the label that the question covers."""
        if not shared:
            return 0.0, 0.0
        return self._covered(shared), sum(self._worth[term] for term in shared) / label.weight

    def _covered(self, shared: AbstractSet[str]) -> float:
        return min(1.0, sum(self._weights[term] for term in shared) / self._total)


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
