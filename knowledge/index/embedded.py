"""The index inside the process: every document taken apart, in one file from which the arrays in memory are made."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from knowledge.index.document import DOCUMENT_FORMAT, Document

_SCHEMA = """
CREATE TABLE document (code TEXT PRIMARY KEY, digest TEXT NOT NULL, body TEXT NOT NULL,
    text TEXT NOT NULL, words BLOB NOT NULL, rows BLOB NOT NULL);
CREATE TABLE state (stamp TEXT NOT NULL);
INSERT INTO state VALUES ('')
"""
_IN_BODY = [field.name for field in fields(Document) if field.name not in ("text", "words", "rows")]
_LISTS = ("aliases", "executing", "levels")
_BUSY_SECONDS = 60.0


def index_path(data: Path) -> Path:
    """Where the index lies in the data folder; the name carries the format, so that an older program keeps its own."""
    return data / "knowledge" / f"index-{DOCUMENT_FORMAT}.db"


class EmbeddedIndex:
    """The index in one file, made when missing; several processes may read while one writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)

    def digests(self) -> dict[str, str]:
        """Code and digest of every indexed document."""
        return dict(self._connection().execute("SELECT code, digest FROM document").fetchall())

    def documents(self, codes: Collection[str], *, with_text: bool = False) -> Iterable[Document]:
        """The documents with these codes, as far as they are there; the record text only if ``with_text``."""
        statement = f"SELECT body, {'text' if with_text else repr('')}, words, rows FROM document WHERE code = ?"  # noqa: S608
        connection = self._connection()
        for code in codes:
            for body, text, words, rows in connection.execute(statement, (code,)):
                values: dict[str, Any] = json.loads(body)
                values |= {name: tuple(values[name]) for name in _LISTS}
                yield Document(**values, text=text, words=words, rows=rows)

    def stamp(self) -> str:
        """What was noted at the last ``advance``; empty when the index was never filled."""
        return self._connection().execute("SELECT stamp FROM state").fetchone()[0]

    def advance(self, stamp: str, changed: Collection[Document], removed: Collection[str]) -> None:
        """Put ``changed`` in, new or in place of the old, take ``removed`` out, and note what the index now stands for:
        all or nothing."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM document WHERE code = ?", [(code,) for code in removed])
            connection.executemany("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)", map(_row, changed))
            connection.execute("UPDATE state SET stamp = ?", (stamp,))

    def _connection(self) -> sqlite3.Connection:
        """The calling thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            self._local.connection = connection
        return connection

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _row(entry: Document) -> tuple[str, str, str, str, bytes, bytes]:
    body = json.dumps({name: getattr(entry, name) for name in _IN_BODY}, ensure_ascii=False)
    return entry.code, entry.digest, body, entry.text, entry.words, entry.rows
