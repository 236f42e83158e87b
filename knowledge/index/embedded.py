"""The lexical index inside the process: SQLite FTS5 over folded syllables and pairs of neighbours.

FTS5's ``remove_diacritics`` leaves đ as it is, so everything is folded before it goes in; pairs are joined by an
underscore, which the tokenizer is told to keep. BM25 of FTS5 measures a row's length over all its columns, so the long
record text has a table of its own: it would drown the names.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from knowledge.index.document import DOCUMENT_FORMAT, Document, split
from knowledge.index.engine import LABEL_WEIGHTS, LABELS, TEXT, Ranked, Rankings
from knowledge.index.query import Query
from nlu.text.tokens import bigrams

_TOKENIZER = "tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\""
_SCHEMA = f"""
CREATE TABLE document (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, body TEXT NOT NULL,
    text TEXT NOT NULL, words BLOB NOT NULL, rows BLOB NOT NULL);
CREATE TABLE state (stamp TEXT NOT NULL);
INSERT INTO state VALUES ('');
CREATE VIRTUAL TABLE labels USING fts5({", ".join(LABEL_WEIGHTS)}, {_TOKENIZER});
CREATE VIRTUAL TABLE record USING fts5(text, {_TOKENIZER})
"""  # noqa: S608 - names of ours
_RANK_LABELS = f"""
SELECT code, score FROM (
    SELECT rowid AS id, -bm25(labels, {", ".join(map(str, LABEL_WEIGHTS.values()))}) AS score
    FROM labels WHERE labels MATCH ? ORDER BY score DESC, rowid LIMIT ?
) JOIN document USING (id) ORDER BY score DESC, code
"""  # noqa: S608 - numbers of ours
_RANK_TEXT = """
SELECT code, score FROM (
    SELECT rowid AS id, -bm25(record) AS score FROM record WHERE record MATCH ? ORDER BY score DESC, rowid LIMIT ?
) JOIN document USING (id) ORDER BY score DESC, code
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

    def rank(self, query: Query, depth: int) -> Rankings:
        """See ``Engine``."""
        if not query.all_terms:
            return {LABELS: (), TEXT: ()}
        connection = self._connection()
        searches = ((LABELS, _RANK_LABELS, query.all_terms), (TEXT, _RANK_TEXT, query.telling_terms))
        return {
            name: [Ranked(*row) for row in connection.execute(statement, (_any_of(terms), depth))]
            for name, statement, terms in searches
        }

    def digests(self) -> dict[str, str]:
        """See ``Engine``."""
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

    def update(self, changed: Collection[Document], removed: Collection[str]) -> None:
        """See ``Engine``."""
        with self._writing() as connection:
            self._write(connection, changed, removed)

    def stamp(self) -> str:
        """What was noted at the last ``advance``; empty when the index was never filled."""
        return self._connection().execute("SELECT stamp FROM state").fetchone()[0]

    def advance(self, stamp: str, changed: Collection[Document], removed: Collection[str]) -> None:
        """``update`` and note what the index now stands for, in one transaction."""
        with self._writing() as connection:
            self._write(connection, changed, removed)
            connection.execute("UPDATE state SET stamp = ?", (stamp,))

    def _write(self, connection: sqlite3.Connection, changed: Collection[Document], removed: Collection[str]) -> None:
        for code in (*removed, *(entry.code for entry in changed)):
            row = connection.execute("SELECT id FROM document WHERE code = ?", (code,)).fetchone()
            if row:
                for table in ("labels", "record"):
                    connection.execute(f"DELETE FROM {table} WHERE rowid = ?", row)  # noqa: S608 - names of ours
                connection.execute("DELETE FROM document WHERE id = ?", row)
        for entry in changed:
            body = json.dumps({name: getattr(entry, name) for name in _IN_BODY}, ensure_ascii=False)
            row_id = connection.execute(
                "INSERT INTO document (code, digest, body, text, words, rows) VALUES (?, ?, ?, ?, ?, ?)",
                (entry.code, entry.digest, body, entry.text, entry.words, entry.rows),
            ).lastrowid
            columns = columns_of(entry)
            connection.execute(
                f"INSERT INTO labels (rowid, {', '.join(LABEL_WEIGHTS)}) VALUES (?{', ?' * len(LABEL_WEIGHTS)})",  # noqa: S608
                (row_id, *(columns[name] for name in LABEL_WEIGHTS)),
            )
            connection.execute("INSERT INTO record (rowid, text) VALUES (?, ?)", (row_id, columns["text"]))

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


def _any_of(terms: Iterable[str]) -> str:
    return " OR ".join(f'"{term}"' for term in terms)


def columns_of(entry: Document) -> dict[str, str]:
    """The words of a document for each searchable column, ready to be split at spaces: folded, with pairs."""
    return {
        "name": _words(entry.name),
        "title": _words(entry.title),
        "aliases": " ".join(map(_words, entry.aliases)),
        "field": _words(entry.field),
        "agency": _words(" . ".join((entry.agency, *entry.executing))),
        "text": _words(entry.text),
    }


def _words(text: str) -> str:
    items = split(text) if text else []
    return " ".join([*items, *bigrams(items)])
