"""One file that holds an installation: both databases, attachments, recorded calls, and what must come back the same.

A tar of ``manifest.json``, a custom-format dump of each database, the recordings, and the attachments where they lie in
a folder (an S3 store has backups of its own). **The secret keys are not in it**: whoever has only the file cannot read
what is encrypted, and whoever restores it needs the keys from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from records.database import create_databases, migrate
from records.embedded import PROGRAMS
from records.settings import Settings, database_name

FORMAT = 1
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
              "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
_DUMPS = {"records": "records.dump", "bot": "bot.dump"}


class BackupError(ValueError):
    """The backup cannot be made or taken back; the message says what to do."""


@dataclass(frozen=True)
class Manifest:
    """What the databases held when they were dumped: rows by table, and the head of the audit trail (hex)."""

    format: int
    created: str
    rows: dict[str, int]
    audit_head: str


def back_up(settings: Settings, bot_url: str, file: Path) -> Manifest:
    """Writes everything to ``file``; the system may go on running. Raises ``BackupError``.

    The databases are taken first and the files after them, so that no row is without its file.
    """
    partial = file.with_name(f"{file.name}.part")
    with tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        folder = Path(temporary)
        manifest = _dump_records(settings, folder / _DUMPS["records"])
        _run(bot_url, "pg_dump", "--format=custom", "--file", str(folder / _DUMPS["bot"]))
        (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
        with tarfile.open(partial, "w") as archive:
            for name in ("manifest.json", *_DUMPS.values()):
                archive.add(folder / name, name)
            for files in _folders(settings):
                if files.exists():
                    archive.add(files, files.name, filter=_without_partial_files)
    partial.chmod(0o600)
    partial.rename(file)
    return manifest


def restore(settings: Settings, bot_url: str, file: Path) -> Manifest:
    """Takes a backup back into an empty installation and brings it to this version. Raises ``BackupError``.

    Checks that every table has its rows and every stored attachment its content. One that is missing is told last, when
    all else is in place.
    """
    create_databases(settings, *(database_name(url) for url in (settings.url(), bot_url)))
    _require_empty(settings, bot_url)
    with tempfile.TemporaryDirectory(dir=settings.data) as temporary, tarfile.open(file) as archive:
        folder = Path(temporary)
        archive.extractall(folder, filter="data")
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        if manifest.format != FORMAT:
            raise BackupError(f"this backup has format {manifest.format}; this version reads {FORMAT}")
        for url, name in ((settings.url(), _DUMPS["records"]), (bot_url, _DUMPS["bot"])):
            options = ("--no-owner", "--exit-on-error", "--single-transaction", "--dbname", database_name(url))
            _run(url, "pg_restore", *options, str(folder / name))
        for files in _folders(settings):
            if (folder / files.name).exists():
                shutil.copytree(folder / files.name, files, dirs_exist_ok=True)
    with psycopg.connect(settings.url()) as connection:
        different = [table for table, rows in _rows(connection).items() if rows != manifest.rows.get(table)]
        if different:
            raise BackupError(f"after restoring, other rows than before stand in {', '.join(different)}")
    migrate(settings)
    if not settings.files:
        _check_attachments(settings)
    return manifest


def _dump_records(settings: Settings, file: Path) -> Manifest:
    """Dumps the records and counts them in the same snapshot."""
    with psycopg.connect(settings.url()) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot, now = connection.execute("SELECT pg_export_snapshot(), now()").fetchall()[0]
        _run(settings.url(), "pg_dump", "--format=custom", f"--snapshot={snapshot}", "--file", str(file))
        head = connection.execute(
            "SELECT encode(hash, 'hex') FROM audit_links ORDER BY position DESC LIMIT 1"
        ).fetchone()
        return Manifest(FORMAT, now.isoformat(), _rows(connection), head[0] if head else "")


def _rows(connection: psycopg.Connection) -> dict[str, int]:
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: connection.execute(count.format(sql.Identifier(name))).fetchall()[0][0] for (name,) in names}


def _require_empty(settings: Settings, bot_url: str) -> None:
    for url in (settings.url(), bot_url):
        with psycopg.connect(url) as connection:
            if _rows(connection):
                raise BackupError(
                    f"the database {database_name(url)!r} is not empty: restore into a new installation"
                    " (another DATABASE_URL, or another MOTCUA_DATA)"
                )
    for files in _folders(settings):
        if any(files.glob("*")):
            raise BackupError(f"{files} is not empty: restore into a new installation")


def _check_attachments(settings: Settings) -> None:
    """What is encrypted tells by itself, when it is opened, whether it was changed."""
    with psycopg.connect(settings.url()) as connection:
        stored = connection.execute(
            "SELECT id, sha256, content_key IS NOT NULL FROM attachments WHERE state = 'stored' AND sha256 IS NOT NULL"
        ).fetchall()
    wrong: list[str] = []
    for attachment_id, known, sealed in stored:
        path = settings.attachments / attachment_id.hex[:2] / attachment_id.hex
        if not path.exists() or (not sealed and _sha256(path) != known):
            wrong.append(str(attachment_id))
    if wrong:
        raise BackupError(f"restored, but the content of attachments is missing or changed: {', '.join(wrong)}")


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _folders(settings: Settings) -> tuple[Path, Path]:
    return settings.attachments, settings.recordings


def _without_partial_files(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if member.name.endswith(".part") else member


def _run(url: str, program: str, *arguments: str) -> None:
    """Runs a program of PostgreSQL; how to connect goes by the environment, where no password is seen."""
    parts = conninfo_to_dict(url)
    given = {variable: str(parts[name]) for name, variable in _VARIABLES.items() if parts.get(name) is not None}
    bundled = PROGRAMS / program
    command = str(bundled) if bundled.exists() else program
    try:
        done = subprocess.run(
            [command, *arguments], env={**os.environ, **given}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise BackupError(f"{program} is not installed: apt-get install postgresql-client") from error
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")
