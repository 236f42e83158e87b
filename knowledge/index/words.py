"""BM25 over all words of the documents, accents kept, in memory: names, aliases, field and record as one text.

It finds nothing on its own. It compares every document with a question, whichever engine proposed it, so that words
spread over several aliases and the record count together.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

_SATURATION = 1.2
_LENGTH = 0.75

Packed = NDArray[np.uint32]


def pack(words: Iterable[str]) -> bytes:
    """How often each word stands in ``words``: pairs of CRC-32 and count, ascending, as ``numpy.uint32``."""
    counts = Counter(zlib.crc32(word.encode()) for word in words)
    return np.array(sorted(counts.items()), np.uint32).tobytes()


def unpack(packed: bytes) -> Packed:
    """What ``pack`` packed, shape ``(words, 2)``."""
    return np.frombuffer(packed, np.uint32).reshape(-1, 2)


class WordIndex:
    """The words of a set of documents. Immutable."""

    def __init__(self, packed: Mapping[str, bytes]) -> None:
        self.codes = list(packed)
        tables = [unpack(one) for one in packed.values()]
        every = np.concatenate(tables) if tables else np.empty((0, 2), np.uint32)
        owner = np.repeat(np.arange(len(tables), dtype=np.int32), [len(table) for table in tables])
        lengths = np.array([table[:, 1].sum() for table in tables], np.float32)
        self._average = float(lengths.mean()) if len(lengths) else 1.0
        order = np.argsort(every[:, 0], kind="stable")
        self._hashes, starts = np.unique(every[order, 0], return_index=True)
        self._bounds = np.append(starts, len(every))
        containing = np.diff(self._bounds)
        self._rarity = np.log(1 + (len(tables) - containing + 0.5) / (containing + 0.5)).astype(np.float32)
        self._owner = owner[order]
        weights = _damped(every[:, 1].astype(np.float32), lengths[owner] / self._average)
        self._weights = weights[order] * np.repeat(self._rarity, containing)

    def scores(self, words: Iterable[str]) -> NDArray[np.float32]:
        """BM25 of every document for these words, in the order of ``codes``."""
        scores = np.zeros(len(self.codes), np.float32)
        for place in self._places(words):
            part = slice(self._bounds[place], self._bounds[place + 1])
            scores[self._owner[part]] += self._weights[part]
        return scores

    def score(self, words: Iterable[str], packed: bytes) -> float:
        """BM25 of a document with the words ``packed``, which need not be one of the index."""
        table = unpack(packed)
        known = dict(table.tolist())
        places = self._places(words)
        counts = np.array([known.get(int(self._hashes[place]), 0) for place in places], np.float32)
        lengths = np.full_like(counts, table[:, 1].sum() / self._average)
        return float((self._rarity[places] * _damped(counts, lengths)).sum()) if places else 0.0

    def _places(self, words: Iterable[str]) -> list[int]:
        """Where the words stand in the index, those that it knows."""
        wanted = np.unique(np.array([zlib.crc32(word.encode()) for word in words], np.uint32))
        places = np.searchsorted(self._hashes, wanted)
        return [
            int(place)
            for place, number in zip(places, wanted, strict=True)
            if place < len(self._hashes) and self._hashes[place] == number
        ]


def _damped(counts: NDArray[np.float32], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much each count counts, in a document of that many times the average length."""
    damped = counts * (_SATURATION + 1) / (counts + _SATURATION * (1 - _LENGTH + _LENGTH * lengths))
    return damped.astype(np.float32)
