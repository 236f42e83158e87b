"""Everything that has to be there before the processes start: model, catalogue, index, database, demonstration data."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import psycopg
from rich.console import Console

from knowledge.aliases import read_aliases
from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from knowledge.starter import read_starter
from knowledge.store import Catalogue, Layer, catalogue_path
from motcua import demo, model
from motcua.programs import ROOT
from records.database import Database, create_databases, migrate
from records.settings import Settings, database_name

console = Console(stderr=True, highlight=False)


def prepare(*, bot: bool = True) -> None:
    """Does what is missing, and says what it does; a second run finds everything there and takes seconds."""
    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / "log").mkdir(exist_ok=True)
    if bot:
        _step("Bot (trained once, up to a minute)", lambda: model.train(settings.data / "log" / "train.log"))
    _step("Catalogue and search index", _catalogue)
    with database_server(settings):
        _step("Database", lambda: _database(settings))
        if settings.environment == "local":
            _step("Demonstration data", lambda: asyncio.run(_demonstration(settings)))


@contextmanager
def database_server(settings: Settings) -> Generator[None]:
    """The embedded server while the block runs, unless it runs already or ``DATABASE_URL`` names another one."""
    if settings.database_url is not None or _answers(settings):
        yield
        return
    log = settings.data / "log" / "postgres-setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        environment = {**os.environ, "MOTCUA_DATA": str(settings.data.resolve()), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "records.embedded"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while not _answers(settings):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start, see {log}")
                time.sleep(0.1)
            yield
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def _answers(settings: Settings) -> bool:
    try:
        psycopg.connect(settings.url("postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _catalogue() -> None:
    settings = KnowledgeSettings()
    catalogue = Catalogue(catalogue_path(settings.data))
    starter = list(read_starter())
    read_aliases().refuse_overlap(starter)
    catalogue.import_entries(starter, Layer.STARTER, complete=True)
    Knowledge.open(settings).refresh()


def _database(settings: Settings) -> None:
    missing = [database_name(url) for url in (settings.url(), settings.bot_url)]
    try:
        create_databases(settings, *missing)
    except psycopg.errors.InsufficientPrivilege:
        console.print(f"Create the databases {' and '.join(missing)} by hand: this PostgreSQL user may not.")
        raise SystemExit(1) from None
    migrate(settings)


async def _demonstration(settings: Settings) -> None:
    database = Database.open(settings)
    async with database.session() as session:
        await demo.load(session)
    await database.close()


def _step(name: str, work: Callable[[], None]) -> None:
    started = time.monotonic()
    with console.status(f"{name} …"):
        work()
    console.print(f"[green]✓[/green] {name} [dim]({time.monotonic() - started:.1f} s)[/dim]")
