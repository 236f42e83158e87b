"""Ranking by meaning: the vector of a question (``nlu.text.sentences``) compared with every label's vector.

Vectors are kept by a hash of their text in one SQLite file of the cache folder, so a text is computed once.
Where the package cannot be imported (Windows, odd processors) there is no dense ranking; the log says so once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.index.document import Document
from knowledge.index.encoder import model_folder
from knowledge.index.proposals import Ranked, ranked
from nlu.text.sentences import Encoder, Vectors

_log = logging.getLogger(__name__)

PROJECTION = Path(__file__).with_name("projection.npz")

_BATCH = 8
_COMMIT_EVERY = 512
_QUERY_CACHE = 512


class DenseModel:
    """The encoder with its cache of vectors. Raises what ``Encoder`` does where it cannot run."""

    def __init__(self, cache: Path) -> None:
        folder = model_folder(cache)
        self._encoder = Encoder(folder)
        self.dimensions = self._encoder.dimensions
        self._cache = cache / f"vectors-{folder.name}.db"
        with closing(sqlite3.connect(self._cache, timeout=60)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS vector (hash BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        self.query = lru_cache(maxsize=_QUERY_CACHE)(self._encoder.question)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of ``texts``, shape ``(len(texts), dimensions)``, from the cache where it has them."""
        hashes = [hashlib.sha256(text.encode()).digest() for text in texts]
        with closing(sqlite3.connect(self._cache, timeout=60)) as connection:
            known = dict(_known(connection, hashes))
            texts_by_hash = dict(zip(hashes, texts, strict=True))
            missing = sorted((one for one in texts_by_hash.items() if one[0] not in known), key=lambda one: len(one[1]))
            for i in range(0, len(missing), _COMMIT_EVERY):
                part = missing[i : i + _COMMIT_EVERY]
                vectors = self._compute([text for _, text in part])
                fresh = [(digest, vector.tobytes()) for (digest, _), vector in zip(part, vectors, strict=True)]
                with connection:
                    connection.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", fresh)
                known.update(fresh)
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return np.stack([np.frombuffer(known[digest], np.float32) for digest in hashes])

    def _compute(self, texts: Sequence[str]) -> list[Vectors]:
        batches = [texts[i : i + _BATCH] for i in range(0, len(texts), _BATCH)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return [vector for vectors in pool.map(self._encoder.passages, batches) for vector in vectors]


def _known(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    for i in range(0, len(hashes), 500):
        part = hashes[i : i + 500]
        marks = ", ".join("?" * len(part))
        found += connection.execute(f"SELECT hash, vector FROM vector WHERE hash IN ({marks})", part).fetchall()  # noqa: S608
    return found


def open_model(cache: Path) -> DenseModel | None:
    """The model, or ``None`` where it cannot run; then the log says once that search goes by words alone."""
    try:
        return DenseModel(cache)
    except (ImportError, OSError, RuntimeError) as error:
        _log.warning("no dense model (%s): search goes by words alone", error)
        return None


def passages_of(entry: Document) -> tuple[str, ...]:
    """The texts whose vectors stand for a document: official name with field, every other label, summary."""
    name = f"{entry.name}. {entry.field}" if entry.field else entry.name
    return (name, *entry.labels[1:], *filter(None, [entry.summary]))


class Projection(NamedTuple):
    """What is done to vectors before they are compared, learned from the aliases of the catalogue (``PROJECTION``).

    The model's cosines lie close together, and much of what sets the wordings of one need apart is alike for all needs.
    Vectors are multiplied by ``matrix``, the inverse root of their covariance within needs, shape ``(dimensions,
    dimensions)``; ``passage`` and ``question``, shape ``(dimensions,)``, are the means that are taken off before.
    """

    matrix: Vectors
    passage: Vectors
    question: Vectors

    @classmethod
    def load(cls, path: Path = PROJECTION) -> Projection:
        """The learned projection that lies beside this module."""
        with np.load(path) as stored:
            return cls(*(stored[name].astype(np.float32) for name in cls._fields))

    @classmethod
    def none(cls, dimensions: int) -> Projection:
        """Vectors as the model gives them."""
        return cls(np.eye(dimensions, dtype=np.float32), *np.zeros((2, dimensions), np.float32))

    def save(self, path: Path = PROJECTION) -> None:
        """Keep it in half precision."""
        np.savez_compressed(path, **{name: part.astype(np.float16) for name, part in self._asdict().items()})

    def passages(self, vectors: Vectors) -> Vectors:
        """Vectors of passages, shape ``(n, dimensions)``, of length 1 after the projection."""
        return _unit(np.matmul(vectors - self.passage, self.matrix, dtype=np.float32))

    def of_question(self, vector: Vectors) -> Vectors:
        """The vector of a question, of length 1 after the projection."""
        return _unit(np.matmul(vector - self.question, self.matrix, dtype=np.float32))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
    return np.divide(vectors, lengths, dtype=np.float32)


class Similarities(NamedTuple):
    """Cosines of a question with every passage, and with the nearest passage of each document, in the index's order."""

    every: NDArray[np.float32]
    nearest: NDArray[np.float32]


_HIDDEN = -1.0


class DenseIndex:
    """The projected vectors of a set of documents, each document ranked by its nearest. Immutable."""

    def __init__(self, projection: Projection, vectors: Mapping[str, Vectors]) -> None:
        self._projection = projection
        self.codes = list(vectors)
        self._matrix: Vectors = np.concatenate(list(vectors.values())) if vectors else np.empty((0, 0), np.float32)
        self._sizes = np.array([len(rows) for rows in vectors.values()], np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def updated(self, model: DenseModel, changed: Collection[Document], removed: Collection[str]) -> DenseIndex:
        """This index with ``changed`` documents put in and ``removed`` codes taken out."""
        passages = [passages_of(entry) for entry in changed]
        rows = self._projection.passages(model.passages([text for texts in passages for text in texts]))
        bounds = zip(self.codes, self._starts.tolist(), self._sizes.tolist(), strict=True)
        vectors = {code: self._matrix[start : start + size] for code, start, size in bounds if code not in removed}
        start = 0
        for entry, texts in zip(changed, passages, strict=True):
            vectors[entry.code] = rows[start : start + len(texts)]
            start += len(texts)
        return DenseIndex(self._projection, vectors)

    def projected(self, vector: Vectors) -> Vectors:
        """The vector of a question as it is compared, of length 1."""
        return self._projection.of_question(vector)

    def similarities(self, vector: Vectors) -> Similarities:
        """The vector of a question compared with every document."""
        if not self.codes:
            return Similarities(np.empty(0, np.float32), np.empty(0, np.float32))
        return self._similarities(self._matrix @ self.projected(vector))

    def without(self, similar: Similarities, place: int, passage: int) -> Similarities:
        """As if one passage were not there: its document's place in ``codes``, and its own in ``passages_of``."""
        every = similar.every.copy()
        every[self._starts[place] + passage] = _HIDDEN
        return self._similarities(every)

    def _similarities(self, every: NDArray[np.float32]) -> Similarities:
        return Similarities(every, np.maximum.reduceat(every, self._starts))

    def closer(self, similar: Similarities, places: Sequence[int]) -> NDArray[np.float32]:
        """For the documents at ``places``: cosine of the nearest passage, of the official name, and the mean of the
        nearest two, and of all passages; shape ``(places, 4)``."""
        if not len(places):
            return np.empty((0, 4), np.float32)
        starts, sizes = self._starts[places], self._sizes[places]
        columns = np.arange(sizes.max())
        inside = columns < sizes[:, None]
        own = np.where(inside, similar.every[np.minimum(starts[:, None] + columns, len(similar.every) - 1)], _HIDDEN)
        counts = np.maximum((own > _HIDDEN).sum(axis=1), 1)
        means = np.where(own > _HIDDEN, own, 0).sum(axis=1) / counts
        ranked = np.sort(own, axis=1)
        second = np.where(counts > 1, ranked[:, -min(2, len(columns))], ranked[:, -1])
        nearest = ranked[:, -1]
        return np.stack([nearest, similar.every[starts], (nearest + second) / 2, means], axis=1).astype(np.float32)

    def rank(self, similar: NDArray[np.float32], depth: int) -> list[Ranked]:
        """The ``depth`` documents with the highest cosines ``similar``, which are in the order of ``codes``."""
        return ranked(self.codes, similar, depth)
