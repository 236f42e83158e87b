"""Learns the weights of search anew and writes them to ``knowledge/index/weights.json``; the same input gives the same.

Examples are the tuned questions, and aliases of the catalogue, each asked while it is hidden from its procedure.
Quality is told by cross-validation: each fifth of the procedures is judged by weights that never saw it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.english import read_english
from knowledge.evaluation import Question, Share
from knowledge.index import ranking
from knowledge.index.dense import DenseModel, Projection, passages_of
from knowledge.index.document import Document
from knowledge.index.evidence import ACCENTED_KINDS, KINDS, LEARNED_KINDS, MEANING_KINDS, Evidence, Hidden
from knowledge.index.ranking import Weights
from knowledge.learning import Example, fit
from knowledge.search import Knowledge
from nlu.text.normalise import fold

WEIGHTS = Path(ranking.__file__).with_name("weights.json")

_ALIASES = 1500
_ALIAS_WEIGHT = 0.1
_ACCENTED_ALIASES = 3
"""One alias in so many is asked without its accents."""
_OUTSIDE_WEIGHT = 3.0
"""So that few questions outside the catalogue balance the many examples inside it; tried 1, 3 and 6."""
_OUTSIDE_IN_ENGLISH = 2.0
"""There are as many of them as questions inside; tried 1, 2 and 3."""
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Asking:
    """One example with the code that decides its fold, and its question where it is one."""

    example: Example
    code: str
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights fitted on all examples, and for each question the place of the first right answer in cross-validation."""

    weights: Weights
    ranks: tuple[tuple[Question, int], ...]

    def recall(self, places: int, style: str = "") -> Share:
        """How many questions, of one ``style`` or of all, have a right answer among the first ``places``."""
        ranks = [rank for question, rank in self.ranks if not style or question.style == style]
        return Share(sum(1 <= rank <= places for rank in ranks), len(ranks))


ABLATION: Mapping[str, Sequence[str]] = {
    "nothing": (),
    "BM25 over all words": ("all words",),
    "all cosines": MEANING_KINDS,
    "cosine of the nearest vectors": ("nearest meaning", "nearest two meanings"),
    "cosine of the name": ("name's meaning",),
    "cosine of all vectors": ("every meaning",),
    "the best label": ("label", "label with accents"),
    "label and name covered": (
        *("label covers", "label fits", "name covers", "name fits"),
        "label covers with accents",
    ),
    "labels together": ("labels together", "together with accents"),
    "accents agree": ACCENTED_KINDS,
    "field covered": ("field covers",),
    "facets": ("facets shared", "facets extra"),
}
"""What is left out, by turns, to see what it adds."""


def ablation(askings: Sequence[Asking]) -> Iterator[tuple[str, Learned]]:
    """What is learned without each part of ``ABLATION``."""
    for name, without in ABLATION.items():
        yield name, learn(askings, [kind for kind in LEARNED_KINDS if kind not in without])


def learn(askings: Sequence[Asking], kinds: Sequence[str]) -> Learned:
    """The weights of these ``kinds`` of evidence."""
    columns = [KINDS.index(kind) for kind in kinds]
    seen = [(asking, replace(asking.example, evidence=asking.example.evidence[:, columns])) for asking in askings]
    ranks = tuple(
        (asking.question, _rank(example, weights))
        for number in range(_FOLDS)
        for weights in [fit([example for asking, example in seen if _fold(asking.code) != number], kinds)]
        for asking, example in seen
        if _fold(asking.code) == number and asking.question is not None and asking.question.codes
    )
    return Learned(fit([example for _, example in seen], kinds), ranks)


def write(learned: Mapping[str, Learned], path: Path = WEIGHTS) -> None:
    """Write the weights of each name, and leave those of other names as they are."""
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    stored |= {name: asdict(each.weights) for name, each in learned.items()}
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def gather(knowledge: Knowledge, questions: Iterable[Question]) -> list[Asking]:
    """The examples from ``questions`` that are not frozen and from the catalogue's aliases, some without accents.

    A question whose procedure no engine proposes counts as missed, and teaches nothing.
    """
    entries = knowledge.snapshot.collection.entries
    askings = list(_asked(knowledge, questions, _OUTSIDE_WEIGHT))
    for number, (document, place) in enumerate(_aliases(knowledge.documents())):
        text = document.labels[place]
        hidden = Hidden(document.code, place, document.text)
        told = _evidence(knowledge, fold(text) if number % _ACCENTED_ALIASES == 0 else text, hidden)
        # Beside procedures that nobody gave an alias yet, having one would tell the answer.
        usable = np.array([len(entries[code].document.labels) > 1 for code in told.codes], bool)
        right = np.array([entries[code].need == entries[document.code].need for code in told.codes], bool)
        if (right & usable).any():
            askings.append(Asking(Example(told.table[usable], right[usable], _ALIAS_WEIGHT), document.code))
    return askings


def gather_english(knowledge: Knowledge, questions: Iterable[Question]) -> list[Asking]:
    """The same from English ``questions`` and from all English wordings."""
    askings = list(_asked(knowledge, questions, _OUTSIDE_IN_ENGLISH, in_english=True))
    known = knowledge.snapshot.english.comparer.places
    for code, wordings in read_english().items():
        for place, text in enumerate(wordings if code in known else ()):
            told = _evidence(knowledge, text, Hidden(code, place, ""), in_english=True)
            right = np.array([each == code for each in told.codes], bool)
            if right.any():
                askings.append(Asking(Example(told.table, right, _ALIAS_WEIGHT), code))
    return askings


def _asked(
    knowledge: Knowledge, questions: Iterable[Question], outside: float, *, in_english: bool = False
) -> Iterator[Asking]:
    """The examples from ``questions`` that are not frozen; those that nothing answers count ``outside`` times."""
    entries = knowledge.snapshot.collection.entries
    for question in (one for one in questions if not one.frozen):
        needs = {entries[code].need for code in question.codes if code in entries}
        told = _evidence(knowledge, question.question, in_english=in_english)
        right = np.array([entries[code].need in needs for code in told.codes], bool)
        if told.codes:
            example = Example(told.table, right, float(right.any()) if question.codes else outside)
            yield Asking(example, question.codes[0] if question.codes else question.question, question)


def _evidence(knowledge: Knowledge, text: str, hidden: Hidden | None = None, *, in_english: bool = False) -> Evidence:
    looked = knowledge.look_up(text, hidden=hidden, in_english=in_english)
    return looked.side.comparer.evidence(looked.query, looked.proposed, looked.words, looked.similar, hidden)


def learn_projection(knowledge: Knowledge, model: DenseModel) -> Projection:
    """The projection (see ``Projection``) for the labels of this knowledge; questions are some of its aliases."""
    documents = knowledge.documents()
    passages = [passages_of(document) for document in documents]
    vectors = model.passages([text for texts in passages for text in texts])
    sizes = np.array([len(texts) for texts in passages])
    means = np.add.reduceat(vectors, np.cumsum(np.append(0, sizes))[:-1]) / sizes[:, None]
    within = (vectors - np.repeat(means, sizes, axis=0))[np.repeat(sizes > 1, sizes)]
    covariance = within.T @ within / len(within)
    values, directions = np.linalg.eigh(covariance + np.trace(covariance) / model.dimensions * np.eye(model.dimensions))
    asked = [knowledge.look_up(document.labels[place]).query.meaning for document, place in _aliases(documents)]
    question = np.mean([model.query(text) for text in asked], axis=0)
    matrix = (directions * values**-0.5) @ directions.T
    return Projection(matrix.astype(np.float32), vectors.mean(axis=0), question)


def _aliases(documents: Iterable[Document]) -> list[tuple[Document, int]]:
    """Some titles and aliases, the same every time: document and place among its labels."""
    every = [(document, place) for document in documents for place in range(1, len(document.labels))]
    return sorted(every, key=lambda one: _number(f"{one[0].code} {one[0].labels[one[1]]}"))[:_ALIASES]


def _fold(code: str) -> int:
    return _number(code) % _FOLDS


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _rank(example: Example, weights: Weights) -> int:
    """Place of the first right candidate from 1; 0 when none is."""
    scores = example.evidence @ np.array(list(weights.evidence.values()))
    right = example.right[np.argsort(-scores, kind="stable")]
    return int(np.argmax(right)) + 1 if right.any() else 0
