"""Learns the weights of search anew and writes them to ``knowledge/index/weights.json``; the same input gives the same.

Examples are the tuned questions, and aliases of the catalogue, each asked while it is hidden from its procedure.
Quality is told by cross-validation: each fifth of the procedures is judged by weights that never saw it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from knowledge.evaluation import Question, Share
from knowledge.index import ranking
from knowledge.index.document import Document, words_of
from knowledge.index.ranking import Asked, Comparison, Weights
from knowledge.index.words import pack
from knowledge.learning import Example, fit
from knowledge.search import Knowledge

WEIGHTS = Path(ranking.__file__).with_name("weights.json")

_ALIASES = 900
_ALIAS_WEIGHT = 0.3
_OUTSIDE_WEIGHT = 3.0
"""So that few questions outside the catalogue balance the many examples inside it; tried 1, 3 and 6."""
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Asking:
    """One example with the code that decides its fold, and its question where it is one."""

    example: Example
    code: str
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights fitted on all examples, and recall@1 and @5 of the questions in cross-validation.

    A question whose procedure no engine proposes counts as missed.
    """

    weights: Weights
    first: Share
    five: Share


def learn(knowledge: Knowledge, questions: Iterable[Question]) -> Learned:
    """The weights for this knowledge, with its dense model or without. Frozen questions are left out."""
    tuned = [one for one in questions if not one.frozen]
    names, askings = gather(knowledge, tuned)
    answerable = sum(bool(one.codes) for one in tuned)
    ranks = [
        _rank(asking.example, weights)
        for number in range(_FOLDS)
        for weights in [fit([one.example for one in askings if _fold(one.code) != number], names)]
        for asking in askings
        if _fold(asking.code) == number and asking.question is not None and asking.question.codes
    ]
    return Learned(
        fit([one.example for one in askings], names),
        Share(sum(rank == 1 for rank in ranks), answerable),
        Share(sum(rank <= 5 for rank in ranks), answerable),
    )


def write(with_meaning: Weights, words_alone: Weights, path: Path = WEIGHTS) -> None:
    """Write both sets of weights."""
    stored = {"with meaning": asdict(with_meaning), "words alone": asdict(words_alone)}
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def gather(knowledge: Knowledge, questions: Sequence[Question]) -> tuple[list[str], list[Asking]]:
    """The names of the evidence, and the examples from ``questions`` and from the catalogue's aliases."""
    rows: dict[str, None] = {}
    askings: list[Asking] = []
    documents = knowledge.documents()
    entries = knowledge.snapshot.collection.entries
    for question in questions:
        needs = {entries[code].need for code in question.codes if code in entries}
        told = _evidence(knowledge, question.question)
        right = np.array([entries[code].need in needs for code in told], bool)
        if told and right.any() == bool(question.codes):
            example = Example(_table(told.values()), right, 1.0 if question.codes else _OUTSIDE_WEIGHT)
            askings.append(Asking(example, question.codes[0] if question.codes else question.question, question))
        rows |= dict.fromkeys(name for found in told.values() for name in found)
    for document, place in _aliases(documents):
        told = _evidence(knowledge, document.labels[place], document, place)
        # Only procedures with a title have aliases: beside others, having one would tell the answer.
        told = {code: found for code, found in told.items() if found["much asked"]}
        right = np.array([entries[code].need == entries[document.code].need for code in told], bool)
        if right.any():
            askings.append(Asking(Example(_table(told.values()), right, _ALIAS_WEIGHT), document.code))
    return list(rows), askings


def _table(found: Iterable[dict[str, float]]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([list(one.values()) for one in found], np.float64)


def _evidence(
    knowledge: Knowledge, text: str, document: Document | None = None, place: int = 0
) -> dict[str, dict[str, float]]:
    """The evidence about every procedure proposed for ``text``, as if ``document`` lacked its label at ``place``."""
    state = knowledge.snapshot
    looked = knowledge.look_up(text)
    compared = looked.compared
    if document is not None and document.code in compared.by_code:
        without = _without(knowledge, looked.query.words, looked.query.meaning, document, place)
        compared = replace(compared, by_code={**compared.by_code, document.code: without})
        compared = replace(
            compared,
            best_cosine=max((one.cosine or 0.0 for one in compared.by_code.values()), default=0.0),
            best_words=max((one.words for one in compared.by_code.values()), default=0.0),
        )
    asked = Asked(looked.query, compared, state.collection)
    return {
        code: asked.evidence(
            state.collection.entries[code], comparison, place if document and code == document.code else None
        )
        for code, comparison in compared.by_code.items()
    }


def _without(knowledge: Knowledge, words: Sequence[str], meaning: str, document: Document, place: int) -> Comparison:
    labels = [label for i, label in enumerate(document.labels) if i != place]
    score = knowledge.snapshot.words.score(words, pack(words_of((*labels, document.field, document.text))))
    if knowledge.model is None or knowledge.snapshot.dense is None:
        return Comparison(None, None, score)
    cosines = knowledge.snapshot.dense.passages(document.code) @ knowledge.model.query(meaning)
    return Comparison(float(np.delete(cosines, place).max()), float(cosines[0]), score)


def _aliases(documents: Iterable[Document]) -> list[tuple[Document, int]]:
    """Some titles and aliases, the same ones every time: document and place among its labels."""
    every = [(document, place) for document in documents if document.title for place in range(1, len(document.labels))]
    return sorted(every, key=lambda one: _number(f"{one[0].code} {one[0].labels[one[1]]}"))[:_ALIASES]


def _fold(code: str) -> int:
    return _number(code) % _FOLDS


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _rank(example: Example, weights: Weights) -> int:
    """Place of the first right candidate."""
    scores = example.evidence @ np.array(list(weights.evidence.values()))
    return int(np.argmax(example.right[np.argsort(-scores, kind="stable")])) + 1
