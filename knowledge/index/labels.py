"""The names of all procedures as arrays: how much of a question each name covers, and how much of each name it is.

A row is one label of a document (official name, plain title, aliases) or, last, its field of activity. Terms are known
by their CRC-32 alone. Like ``WordIndex``, it finds nothing on its own: it compares.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.text.tokens import bigrams

Numbers = NDArray[np.float32]
Rows = NDArray[np.int32]

_PAIR = 0.5
"""How much a pair of neighbouring syllables tells, beside its parts."""
_ACCENTED = 0x80000000
"""Bit of the row number that tells accented words from folded terms in ``pack_labels``."""


def pack_labels(labels: Sequence[tuple[Sequence[str], Iterable[str]]]) -> bytes:
    """Rows of folded syllables with their accented words, as pairs of row and CRC-32, ``numpy.uint32``."""
    pairs: list[tuple[int, int]] = []
    for row, (folded, accented) in enumerate(labels):
        pairs += ((row, crc(term)) for term in dict.fromkeys([*folded, *bigrams(list(folded))]))
        pairs += ((row | _ACCENTED, crc(word)) for word in dict.fromkeys(accented))
    return np.array(pairs, np.uint32).reshape(-1, 2).tobytes()


def crc(term: str) -> int:
    """The number by which a term is known; pairs are told from syllables by their lowest bit."""
    return zlib.crc32(term.encode()) & ~1 | ("_" in term)


@dataclass(frozen=True, slots=True)
class Places:
    """Where terms are: the numbers of ``places``, ascending for each term, and beside each which ``term`` it is."""

    places: Rows
    term: NDArray[np.int64]


class _Lists:
    """For each term, in order, the numbers of the places that have it."""

    def __init__(self, places: Rows, starts: NDArray[np.int64]) -> None:
        self._places = places
        self._bounds = np.append(starts, len(places))
        self.sizes = np.diff(self._bounds)

    def of(self, terms: NDArray[np.int64], found: NDArray[np.bool_]) -> Places:
        first, end = self._bounds[terms], self._bounds[terms + found]
        parts = [self._places[slice(*bounds)] for bounds in zip(first.tolist(), end.tolist(), strict=True)]
        return Places(np.concatenate([np.empty(0, np.int32), *parts]), np.repeat(np.arange(len(terms)), end - first))


class Postings:
    """For each term the rows and documents that have it, and how much it tells: its inverse document frequency."""

    def __init__(self, terms: NDArray[np.uint32], rows: Rows, owners: Rows, many: int) -> None:
        order = np.lexsort((rows, terms))
        terms, rows = terms[order], rows[order]
        self._terms, starts = np.unique(terms, return_index=True)
        self._rows = _Lists(rows, starts)
        holders = owners[rows]
        first = np.ones(len(rows), bool)
        first[1:] = (terms[1:] != terms[:-1]) | (holders[1:] != holders[:-1])
        self._documents = _Lists(holders[first], np.searchsorted(terms[first], self._terms))
        self._many = many
        self._weights = self._weight(self._terms, self._documents.sizes)
        self.mass = np.zeros(len(owners), np.float32)
        np.add.at(self.mass, rows, np.repeat(self._weights, self._rows.sizes))
        self.mass = np.maximum(self.mass, 1e-6)

    def find(self, terms: Iterable[str]) -> tuple[Numbers, Places, Places]:
        """How much each of ``terms`` tells, the rows and the documents that have it."""
        numbers = np.array([crc(term) for term in terms], np.uint32)
        starts = np.searchsorted(self._terms, numbers)
        found = starts < np.searchsorted(self._terms, numbers, side="right")
        weights = self._weight(numbers, np.zeros(len(numbers)))
        weights[found] = self._weights[starts[found]]
        return weights, self._rows.of(starts, found), self._documents.of(starts, found)

    def _weight(self, terms: NDArray[np.uint32], containing: NDArray[np.float64]) -> Numbers:
        rarity = np.log(1 + (self._many - containing + 0.5) / (containing + 0.5))
        return (rarity * np.where(terms & 1, _PAIR, 1.0)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Covered:
    """A question beside every document, values from 0 to 1, each of shape ``(documents,)``.

    ``share`` of the question that the best label has, ``fit``: share of that label that is asked, both also for the
    official ``name``; ``together``: share that all labels have between them; ``field``: that the field has.
    """

    best: Numbers
    share: Numbers
    fit: Numbers
    name_share: Numbers
    name_fit: Numbers
    together: Numbers
    field: Numbers


class LabelIndex:
    """The labels of a set of documents, in the order of ``packed``. Immutable."""

    def __init__(self, packed: Iterable[bytes], counts: Sequence[int]) -> None:
        """``packed`` holds for each document what ``pack_labels`` made, ``counts`` its number of rows."""
        tables = [np.frombuffer(one, np.uint32).reshape(-1, 2) for one in packed]
        sizes = np.array(counts, np.int32)
        self.owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        self._starts = np.cumsum(np.append(0, sizes))[:-1].astype(np.int32)
        self._fields = self._starts + sizes - 1
        self._backwards = np.arange(len(self.owners), dtype=np.int64)[::-1]
        """Numbers that fall from row to row."""
        every = np.concatenate(tables) if tables else np.empty((0, 2), np.uint32)
        shift = np.repeat(self._starts, [len(table) for table in tables]) if tables else np.empty(0, np.int32)
        accented = (every[:, 0] & _ACCENTED) != 0
        rows = (every[:, 0] & ~np.uint32(_ACCENTED)).astype(np.int32) + shift
        self.folded = Postings(every[~accented, 1], rows[~accented], self.owners, len(sizes))
        self.accented = Postings(every[accented, 1], rows[accented], self.owners, len(sizes))

    def row(self, document: int, label: int) -> int:
        """The row of the label at place ``label`` of the document at place ``document``."""
        return int(self._starts[document]) + label

    def covered(
        self, postings: Postings, own: Sequence[str], added: Mapping[str, float], hidden: int | None = None
    ) -> Covered:
        """The question's ``own`` terms, and ``added`` ones at a discount, beside all labels but the row ``hidden``."""
        terms = {**added, **dict.fromkeys(own, 1.0)}
        weights, rows, documents = postings.find(terms)
        discounts = np.array(list(terms.values()), np.float32)
        total = float(weights[discounts == 1.0].sum()) or 1.0
        counted = weights * discounts
        together = _sums(documents, counted, len(self._starts))
        if hidden is not None:
            others = rows.places != hidden
            rows = Places(rows.places[others], rows.term[others])
            its_terms = rows.term[self.owners[rows.places] == self.owners[hidden]]
            together[self.owners[hidden]] = counted[np.unique(its_terms)].sum()
        told = _sums(rows, weights, len(self.owners))
        asked = _sums(rows, counted, len(self.owners)) if added else told
        share = np.minimum(1.0, asked / total)
        fit = told / postings.mass
        field = share[self._fields]
        best = (2 * share * fit / np.maximum(share + fit, 1e-6)).astype(np.float32)
        best[self._fields] = 0.0
        share[self._fields] = 0.0
        fit[self._fields] = 0.0
        best_row = self._best(best)
        return Covered(
            best[best_row],
            share[best_row],
            fit[best_row],
            share[self._starts],
            fit[self._starts],
            np.minimum(1.0, together / total),
            field,
        )

    def _best(self, values: Numbers) -> NDArray[np.int64]:
        """The first row with the highest of ``values``, which are not negative, of each document."""
        if not len(self._starts):
            return np.empty(0, np.int64)
        ordered = (values.view(np.uint32).astype(np.int64) << 32) | self._backwards
        return len(values) - 1 - (np.maximum.reduceat(ordered, self._starts) & 0xFFFFFFFF)


def _sums(found: Places, values: Numbers, many: int) -> Numbers:
    """For each of ``many`` places the sum of the ``values`` of the terms that it has."""
    return np.bincount(found.places, values[found.term], many).astype(np.float32)
