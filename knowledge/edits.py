"""What editors say about a procedure over what was imported: a plain title, a summary, more ways of calling it.

Every change is a version of its own. One that is published lies over the entry from then on, whatever is imported
later; going back is publishing an earlier version again. The versions lie in the catalogue file (``knowledge.store``).
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.model import Procedure

SCHEMA = """
CREATE TABLE edit (
    code TEXT NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, aliases TEXT NOT NULL,
    author TEXT NOT NULL, at TEXT NOT NULL, published_at TEXT,
    PRIMARY KEY (code, number))
"""
_COLUMNS = "code, number, title, summary, aliases, author, at, published_at"
_PUBLISHED = f"""
SELECT {_COLUMNS} FROM edit AS one WHERE published_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM edit AS other WHERE other.code = one.code AND other.published_at > one.published_at)
"""  # noqa: S608
_BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Edit:
    """One version; ``title`` and ``summary`` may be empty, then those of the entry stand. Times are UTC."""

    code: str
    number: int
    title: str
    summary: str
    aliases: tuple[str, ...]
    author: str
    at: dt.datetime
    published_at: dt.datetime | None

    def over(self, procedure: Procedure) -> Procedure:
        """``procedure`` as it is shown and found with this version."""
        aliases = tuple(dict.fromkeys((*procedure.aliases, *self.aliases)))
        changes = {"title": self.title, "summary": self.summary}
        return procedure.model_copy(
            update={"aliases": aliases} | {name: text for name, text in changes.items() if text}
        )


def published(connection: sqlite3.Connection, code: str | None = None) -> dict[str, Edit]:
    """The version of each code, or of one, that lies over its entry."""
    of_one = ("AND one.code = ?", (code,)) if code else ("", ())
    rows = connection.execute(f"{_PUBLISHED} {of_one[0]}", of_one[1]).fetchall()
    return {row[0]: _edit(*row) for row in rows}


class Edits:
    """The versions in the catalogue file at ``path``, which a ``Catalogue`` has made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, code: str) -> Sequence[Edit]:
        """Every version of a code, the newest first."""
        with self._connect() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM edit WHERE code = ? ORDER BY number DESC", (code,))  # noqa: S608
            return [_edit(*row) for row in rows.fetchall()]

    def live(self, code: str) -> Edit | None:
        """The version that lies over the entry now."""
        with self._connect() as connection:
            return published(connection, code).get(code)

    def all_live(self) -> dict[str, Edit]:
        """The versions that lie over entries now, by code."""
        with self._connect() as connection:
            return published(connection)

    def add(self, code: str, title: str, summary: str, aliases: Sequence[str], author: str) -> Edit:
        """A new version, which is not published yet."""
        with self._connect() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            last = connection.execute("SELECT max(number) FROM edit WHERE code = ?", (code,)).fetchone()[0] or 0
            now = dt.datetime.now(dt.UTC)
            told = json.dumps(list(aliases), ensure_ascii=False)
            row = (code, last + 1, title, summary, told, author, now.isoformat(), None)
            connection.execute(f"INSERT INTO edit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608
        return _edit(*row)

    def publish(self, code: str, number: int) -> None:
        """Lays a version over its entry, in place of the one before; every process takes it up with its next search.

        Raises ``LookupError`` for a version that there is not.
        """
        now = dt.datetime.now(dt.UTC).isoformat()
        with self._connect() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            changed = connection.execute(
                "UPDATE edit SET published_at = ? WHERE code = ? AND number = ?", (now, code, number)
            )
            if not changed.rowcount:
                raise LookupError(f"{code} has no version {number}")
            connection.execute("UPDATE generation SET number = number + 1")
            connection.execute("UPDATE entry SET generation = (SELECT number FROM generation) WHERE code = ?", (code,))

    def _connect(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None))


def _edit(
    code: str, number: int, title: str, summary: str, aliases: str, author: str, at: str, published_at: str | None
) -> Edit:
    moment = dt.datetime.fromisoformat(published_at) if published_at else None
    return Edit(code, number, title, summary, tuple(json.loads(aliases)), author, dt.datetime.fromisoformat(at), moment)
