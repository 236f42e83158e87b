"""What speaks for each procedure: a question compared with every document at once, in arrays.

The words alone propose procedures, unless Elasticsearch does; then a table of numbers is made for those that any engine
proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index.collection import Collection
from knowledge.index.dense import DenseIndex, Similarities
from knowledge.index.document import words_of
from knowledge.index.facets import facets_of
from knowledge.index.labels import LabelIndex
from knowledge.index.proposals import LABELS, TEXT, Rankings, ranked
from knowledge.index.query import Query
from knowledge.index.words import WordIndex, pack
from nlu.text.tokens import bigrams

_ADDED = 0.5
"""How much an official word counts that we added for an everyday one, beside a word of the citizen's own."""

Table = NDArray[np.float32]
Split = Callable[[Iterable[str]], list[str]]

LABELS_KINDS = ("label", "label covers", "label fits", "name covers", "name fits", "labels together", "field covers")
ACCENTED_KINDS = ("label with accents", "label covers with accents", "together with accents")
OTHER_KINDS = ("all words", "facets shared", "facets extra")
WORD_KINDS = (*LABELS_KINDS, *ACCENTED_KINDS, *OTHER_KINDS)
_COMPARED_KINDS = (*LABELS_KINDS, *ACCENTED_KINDS, "all words")
_PROPOSING = {LABELS: _COMPARED_KINDS.index("label"), TEXT: _COMPARED_KINDS.index("all words")}
MEANING_KINDS = ("nearest meaning", "name's meaning", "nearest two meanings", "every meaning", "likeness")
LEARNED_KINDS = (*WORD_KINDS, *MEANING_KINDS)
ENGLISH_WORD_KINDS = (*LABELS_KINDS[:-1], "all words")
ENGLISH_KINDS = (*ENGLISH_WORD_KINDS, *MEANING_KINDS)
"""English wordings have neither fields nor accents."""
MUCH_USED = "much used"
"""1 for a procedure with a plain title: our own catalogue describes the services that are used most, and editors name
what people ask for."""
KINDS = (*LEARNED_KINDS, MUCH_USED)
"""Names of the columns. Cosines are told as distances from the best of the catalogue; "likeness" is that best cosine
itself, alike for all: it only tells whether anything fits."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A label to be left out, as if nobody had written it down yet: its document, its place there, the record text."""

    code: str
    label: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """``table`` has a row for each of ``codes``, a column for each of ``KINDS``; those of meaning are 0 without it."""

    codes: tuple[str, ...]
    table: Table
    meaning: bool


class Comparer:
    """Compares questions with the documents of a collection. Immutable; all parts have its order of documents."""

    def __init__(
        self,
        collection: Collection,
        labels: LabelIndex,
        words: WordIndex,
        dense: DenseIndex | None,
        split: Split = words_of,
    ) -> None:
        self._split = split
        self._entries = list(collection.entries.values())
        self._labels = labels
        self._words = words
        self._dense = dense
        self._codes = list(collection.entries)
        self.places: Mapping[str, int] = {code: place for place, code in enumerate(self._codes)}

    @classmethod
    def over(cls, collection: Collection, dense: DenseIndex | None, split: Split = words_of) -> Comparer:
        """What weighs a question against all documents of ``collection``, whose words ``split`` tells from texts."""
        documents = collection.documents
        labels = LabelIndex(
            [one.rows for one in documents.values()], [len(one.labels) + 1 for one in documents.values()]
        )
        return cls(collection, labels, WordIndex({code: one.words for code, one in documents.items()}), dense, split)

    def words(self, query: Query, hidden: Hidden | None = None) -> Table:
        """What the words say for every document: a row for each, a column for each of ``_COMPARED_KINDS``."""
        return np.stack([*self._by_labels(query, hidden), self._by_words(query, hidden)], axis=1)

    def rank(self, words: Table, depth: int) -> Rankings:
        """The best ``depth`` procedures by their labels and by all words, of those that have any word of the question.

        ``words`` as made by the method of this name.
        """
        return {
            name: [one for one in ranked(self._codes, words[:, column], depth) if one.score > 0]
            for name, column in _PROPOSING.items()
        }

    def evidence(
        self,
        query: Query,
        codes: Sequence[str],
        words: Table,
        similar: Similarities | None,
        hidden: Hidden | None = None,
    ) -> Evidence:
        """What speaks for each of ``codes``; ``similar`` are the question's cosines, where there is a dense model."""
        known = tuple(code for code in codes if code in self.places)
        rows = [self.places[code] for code in known]
        parts = [
            words[np.array(rows, np.int64)],
            self._by_facets(query, rows),
            self._by_meaning(similar, rows, hidden),
            np.array([[bool(self._entries[row].document.title)] for row in rows], np.float32).reshape(-1, 1),
        ]
        return Evidence(known, np.concatenate(parts, axis=1, dtype=np.float32), similar is not None)

    def _by_labels(self, query: Query, hidden: Hidden | None) -> list[Table]:
        row = self._labels.row(self.places[hidden.code], hidden.label) if hidden else None
        own = [*query.terms, *bigrams(list(query.terms))]
        added = dict.fromkeys([*query.added, *bigrams(list(query.added))], _ADDED)
        folded = self._labels.covered(self._labels.folded, own, added, row)
        accented = self._labels.covered(self._labels.accented, query.words, {}, row)
        told = [
            folded.best,
            folded.share,
            folded.fit,
            folded.name_share,
            folded.name_fit,
            folded.together,
            folded.field,
        ]
        return [*told, accented.best, accented.share, accented.together]

    def _by_words(self, query: Query, hidden: Hidden | None) -> Table:
        scores = self._words.scores(query.words)
        if hidden is not None:
            document = self._entries[self.places[hidden.code]].document
            left = [label for place, label in enumerate(document.labels) if place != hidden.label]
            packed = pack(self._split((*left, document.field, hidden.text)))
            scores[self.places[hidden.code]] = self._words.score(query.words, packed)
        return scores / max(float(scores.max(initial=0)), 1e-6)

    def _by_facets(self, query: Query, rows: Sequence[int]) -> Table:
        asked = facets_of(query.analysis.text)
        told = [self._entries[row].facets for row in rows]
        counts = [(len(asked & facets), len(facets - asked)) for facets in told]
        return np.array(counts, np.float32).reshape(-1, 2)

    def _by_meaning(self, similar: Similarities | None, rows: Sequence[int], hidden: Hidden | None) -> Table:
        if similar is None or self._dense is None:
            return np.zeros((len(rows), len(MEANING_KINDS)), np.float32)
        if hidden is not None:
            similar = self._dense.without(similar, self.places[hidden.code], hidden.label)
        best = float(similar.nearest.max(initial=0))
        table = self._dense.closer(similar, rows) - best
        return np.concatenate([table, np.full((len(rows), 1), best, np.float32)], axis=1)
