"""What each import of procedures changed, read from the versions in the catalogue file (``knowledge.store``)."""

from __future__ import annotations

import datetime as dt
import difflib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.model import Procedure, State

_BUSY_SECONDS = 30.0
_MOST_LINES = 80


@dataclass(frozen=True, slots=True)
class Import:
    """One import that changed something: from which source, when (UTC), how many codes were new or different."""

    source: str
    at: dt.datetime
    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class Change:
    """What an import made of one code. ``lines`` differ from the version before, none for a new code."""

    procedure: Procedure
    new: bool
    withdrawn: bool
    lines: tuple[str, ...]


class Imports:
    """The imports behind the catalogue file at ``path``, which a ``Catalogue`` has made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def newest(self, limit: int) -> list[Import]:
        """The last imports, the newest first."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT source, at, sum(version = 1), sum(version > 1) FROM version"
                " GROUP BY source, at ORDER BY at DESC, source LIMIT ?",
                (limit,),
            ).fetchall()
        return [Import(source, dt.datetime.fromisoformat(at), new, changed) for source, at, new, changed in rows]

    def changes(self, source: str, at: dt.datetime, *, after: str = "", limit: int) -> list[Change]:
        """What the import of that moment changed, by code; ``after`` is the last code of the page before."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT now.body, before.body FROM version AS now LEFT JOIN version AS before"
                " ON before.code = now.code AND before.source = now.source AND before.version = now.version - 1"
                " WHERE now.source = ? AND now.at = ? AND now.code > ? ORDER BY now.code LIMIT ?",
                (source, at.isoformat(), after, limit),
            ).fetchall()
        return [_change(*row) for row in rows]

    def official_changes(self) -> dict[str, dt.datetime]:
        """When the official text of a code changed last; a code that was imported only once is left out."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT code, max(changed_at) FROM entry WHERE source <> 'starter' AND version > 1 GROUP BY code"
            ).fetchall()
        return {code: dt.datetime.fromisoformat(at) for code, at in rows}

    def _connect(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None))


def differences(before: Procedure, after: Procedure) -> tuple[str, ...]:
    """The lines of two versions that differ, as ``-`` and ``+``; the first ones of many."""
    old, new = (each.model_dump_json(indent=1).splitlines() for each in (before, after))
    lines = difflib.unified_diff(old, new, lineterm="", n=0)
    return tuple(line for line in lines if line[:2] not in ("--", "++", "@@"))[:_MOST_LINES]


def _change(body: str, former: str | None) -> Change:
    now = Procedure.model_validate_json(body)
    if former is None:
        return Change(now, new=True, withdrawn=False, lines=())
    before = Procedure.model_validate_json(former)
    withdrawn = now.state is State.WITHDRAWN and before.state is not State.WITHDRAWN
    return Change(now, new=False, withdrawn=withdrawn, lines=differences(before, now))
