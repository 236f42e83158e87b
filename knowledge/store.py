"""The catalogue of procedures in one SQLite file: every source, every version, safe for several processes.

Readers never wait for the writer (WAL). A thread keeps the connection it reads by, because opening one costs more than
asking; a ``Catalogue`` may be shared by threads and carried over a fork.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from knowledge.aliases import Wordings
from knowledge.edits import SCHEMA as EDITS
from knowledge.edits import Edit, Edits, published
from knowledge.imports import Imports
from knowledge.layers import Entry, Layer, combine_variants, effective, layer_of
from knowledge.model import Procedure, State, Unreadable

_SCHEMA_VERSION = 3
_SCHEMA = """
CREATE TABLE entry (
    code TEXT NOT NULL, source TEXT NOT NULL, version INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    changed_at TEXT NOT NULL, gone INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (code, source));
CREATE TABLE version (
    code TEXT NOT NULL, source TEXT NOT NULL, version INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    at TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (code, source, version));
CREATE TABLE generation (number INTEGER NOT NULL);
INSERT INTO generation VALUES (0);
"""
_SINCE_WHEN = """
ALTER TABLE entry ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET generation = (SELECT number FROM generation)
"""
_BUSY_SECONDS = 30.0
_BASE_CODE = re.compile(r"\d\.\d{6}(?=\.)")


def catalogue_path(data: Path) -> Path:
    """Where the catalogue lies in the data folder."""
    return data / "knowledge" / "catalogue.db"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a code from one source; ``number`` counts from 1, ``at`` (UTC) is when it was taken in."""

    code: str
    layer: Layer
    source: str
    number: int
    at: dt.datetime
    fingerprint: str
    procedure: Procedure


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import did, code by code.

    ``repeated`` are codes that stood several times in the file and were combined. ``withdrawal_withheld`` says that a
    complete import withdrew nothing, because parts of the file could not be read, or it was empty.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    withdrawn: tuple[str, ...]
    repeated: tuple[str, ...]
    unreadable: tuple[Unreadable, ...]
    generation: int
    withdrawal_withheld: bool = False


class Catalogue:
    """Reads and writes the catalogue file, which is created when missing; shows entries with ``wordings`` over them.

    Raises ``sqlite3.DatabaseError`` when the file is no database, ``ValueError`` when a newer program wrote it.
    """

    def __init__(self, path: Path, wordings: Wordings | None = None) -> None:
        self._path = path
        self._reading = _Reading(path)
        self._wordings = wordings or Wordings({})
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            with _writing(connection):
                found: int = connection.execute("PRAGMA user_version").fetchone()[0]
                if found > _SCHEMA_VERSION:
                    raise ValueError(f"{path} was written by a newer version of this program (schema {found})")
                if found == 0:
                    for statement in _SCHEMA.split(";\n"):
                        connection.execute(statement)
                if found < 2:
                    connection.execute(EDITS)
                if found < 3:
                    for statement in _SINCE_WHEN.split(";\n"):
                        connection.execute(statement)
                if found < _SCHEMA_VERSION:
                    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    @property
    def edits(self) -> Edits:
        """What editors say over the entries, version by version."""
        return Edits(self._path)

    @property
    def imports(self) -> Imports:
        """What each import changed."""
        return Imports(self._path)

    def generation(self) -> int:
        """A number that every change of the catalogue raises."""
        return _generation(self._reading.connection)

    def get(self, code: str) -> Procedure | None:
        """The procedure to show for a code; one with an unknown locality suffix (``.000.00.00.H40``) finds its base."""
        wanted = code.strip()
        base = _BASE_CODE.match(wanted)
        connection = self._reading.connection
        for candidate in (wanted, base[0]) if base else (wanted,):
            entries = [_entry(row) for row in connection.execute(f"{_SELECT} WHERE code = ?", (candidate,))]
            if entries:
                return self._shown(entries, published(connection, candidate))
        return None

    def all(self, after: int = -1) -> Iterator[Procedure]:
        """Every procedure that changed after a generation, in the order of codes; also the withdrawn and superseded."""
        connection = self._reading.connection
        changed = "SELECT code FROM entry WHERE generation > ?"
        rows = connection.execute(f"{_SELECT} WHERE code IN ({changed}) ORDER BY code", (after,)).fetchall()
        laid_over = published(connection)
        for _, same_code in groupby(rows, key=lambda row: row[0]):
            yield self._shown([_entry(row) for row in same_code], laid_over)

    def without_edits(self, code: str) -> Procedure | None:
        """The procedure of exactly this code as it was imported, with its wordings, but without what editors said."""
        rows = self._reading.connection.execute(f"{_SELECT} WHERE code = ?", (code,))
        entries = [_entry(row) for row in rows]
        return self._shown(entries, {}) if entries else None

    def history(self, code: str) -> list[Version]:
        """Every version of exactly this code, from all sources, oldest first."""
        rows = self._reading.connection.execute(
            "SELECT code, source, version, at, fingerprint, body FROM version WHERE code = ? ORDER BY at, version",
            (code.strip(),),
        )
        return [_version(*row) for row in rows]

    def import_entries(
        self,
        entries: Iterable[Procedure | Unreadable],
        layer: Layer,
        *,
        complete: bool = False,
        checked_on: dt.date | None = None,
    ) -> ImportReport:
        """Take in the entries of one file, all or nothing.

        ``complete``: the file is all that its source has, so what is missing in it becomes withdrawn (never deleted).
        ``checked_on``: the day for which the file is known to be true, for entries that do not say so themselves.
        Raises ``ValueError`` for an entry that does not belong to the layer, and whatever ``entries`` raises.
        """
        unreadable: list[Unreadable] = []
        by_code: dict[str, list[Procedure]] = {}
        for entry in entries:
            if isinstance(entry, Unreadable):
                unreadable.append(entry)
                continue
            if layer_of(entry) is not layer:
                raise ValueError(f"{entry.code} ({entry.source.kind}) does not belong to the layer {layer}")
            by_code.setdefault(entry.code, []).append(_dated(entry, checked_on))
        with self._connect() as connection, _writing(connection):
            batch = _Batch(connection, dt.datetime.now(dt.UTC))
            for variants in by_code.values():
                batch.take(combine_variants(tuple(dict.fromkeys(variants))))
            withheld = complete and (not by_code or any(not entry.code for entry in unreadable))
            if complete and not withheld:
                sources = {variants[0].source.kind for variants in by_code.values()}
                batch.withdraw_others(sources, by_code.keys() | {entry.code for entry in unreadable}, checked_on)
            return ImportReport(
                new=tuple(batch.new),
                changed=tuple(batch.changed),
                unchanged=tuple(batch.unchanged),
                withdrawn=tuple(batch.withdrawn),
                repeated=tuple(code for code, variants in by_code.items() if len(variants) > 1),
                unreadable=tuple(unreadable),
                generation=batch.close(),
                withdrawal_withheld=withheld,
            )

    def _shown(self, entries: Sequence[Entry], laid_over: Mapping[str, Edit]) -> Procedure:
        procedure = self._wordings.over(effective(entries))
        edit = laid_over.get(procedure.code)
        return edit.over(procedure) if edit else procedure

    @contextmanager
    def _connect(self) -> Generator[sqlite3.Connection]:
        connection = _open(self._path)
        try:
            yield connection
        finally:
            connection.close()


class _Reading(threading.local):
    """The connection by which a thread reads, opened when it is first needed, and anew after a fork."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: tuple[int, sqlite3.Connection] | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """Between statements it holds no snapshot: each one reads the newest."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = os.getpid(), _open(self._path)
        return self._opened[1]


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)


class _Batch:
    """The writes of one import, inside its transaction."""

    def __init__(self, connection: sqlite3.Connection, now: dt.datetime) -> None:
        self._connection = connection
        self._now = now.isoformat()
        self._generation = _generation(connection) + 1
        self._dates_moved = False
        self.new: list[str] = []
        self.changed: list[str] = []
        self.unchanged: list[str] = []
        self.withdrawn: list[str] = []

    def take(self, procedure: Procedure) -> None:
        key = (procedure.code, procedure.source.kind)
        known = self._connection.execute(
            "SELECT version, fingerprint, body FROM entry WHERE code = ? AND source = ?", key
        ).fetchone()
        if known is None:
            self._write(procedure, 1)
            self.new.append(procedure.code)
        elif known[1] != procedure.fingerprint():
            self._write(procedure, known[0] + 1)
            self.changed.append(procedure.code)
        else:
            self.unchanged.append(procedure.code)
            body = procedure.model_dump_json()
            if body != known[2]:
                self._connection.execute(
                    "UPDATE entry SET body = ?, generation = ? WHERE code = ? AND source = ?",
                    (body, self._generation, *key),
                )
                self._dates_moved = True

    def withdraw_others(self, sources: Iterable[str], kept: Iterable[str], checked_on: dt.date | None) -> None:
        kept = set(kept)
        for source in sources:
            rows = self._connection.execute(
                "SELECT code, version, body FROM entry WHERE source = ? AND NOT gone ORDER BY code", (source,)
            ).fetchall()
            for code, version, body in rows:
                if code in kept:
                    continue
                procedure = Procedure.model_validate_json(body)
                seen = procedure.source.model_copy(update={"checked_on": checked_on or procedure.source.checked_on})
                withdrawn = procedure.model_copy(update={"state": State.WITHDRAWN, "source": seen})
                self._write(withdrawn, version + 1, gone=True)
                self.withdrawn.append(code)

    def close(self) -> int:
        if self.new or self.changed or self.withdrawn or self._dates_moved:
            self._connection.execute("UPDATE generation SET number = ?", (self._generation,))
        return _generation(self._connection)

    def _write(self, procedure: Procedure, version: int, *, gone: bool = False) -> None:
        code, source = procedure.code, procedure.source.kind
        fingerprint, body = procedure.fingerprint(), procedure.model_dump_json()
        self._connection.execute(
            "INSERT OR REPLACE INTO entry (code, source, version, fingerprint, changed_at, gone, body, generation)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (code, source, version, fingerprint, self._now, gone, body, self._generation),
        )
        self._connection.execute(
            "INSERT INTO version (code, source, version, fingerprint, at, body) VALUES (?, ?, ?, ?, ?, ?)",
            (code, source, version, fingerprint, self._now, body),
        )


_SELECT = "SELECT code, changed_at, gone, body FROM entry"


def _entry(row: tuple[str, str, int, str]) -> Entry:
    _, changed_at, gone, body = row
    return Entry(Procedure.model_validate_json(body), dt.datetime.fromisoformat(changed_at), gone=bool(gone))


def _version(code: str, source: str, number: int, at: str, fingerprint: str, body: str) -> Version:
    procedure = Procedure.model_validate_json(body)
    when = dt.datetime.fromisoformat(at)
    return Version(code, layer_of(procedure), source, number, when, fingerprint, procedure)


def _generation(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT number FROM generation").fetchone()[0]


def _dated(procedure: Procedure, checked_on: dt.date | None) -> Procedure:
    if checked_on is None or procedure.source.checked_on is not None:
        return procedure
    return procedure.model_copy(update={"source": procedure.source.model_copy(update={"checked_on": checked_on})})


@contextmanager
def _writing(connection: sqlite3.Connection) -> Generator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
