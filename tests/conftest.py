"""Fixtures for all rooms: a real database, and the whole stack as ``script/server`` runs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import text

from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from knowledge.starter import read_starter
from knowledge.store import Catalogue, Layer, catalogue_path
from records.database import Database, create_databases, migrate
from records.models import Base
from records.settings import Settings, database_name
from tests.stack import Stack, free_port

ROOT = Path(__file__).parent.parent
os.environ.pop("COLUMNS", None)  # of pytest's workers: a console that is imported would keep it, whatever a test says
FIELDS = ("Cấp, quản lý căn cước", "Hộ tịch", "Đăng ký, quản lý cư trú", "Quản lý xuất nhập cảnh")


@pytest.fixture(scope="session")
def record_settings() -> Generator[Settings]:
    """Settings of an embedded PostgreSQL server that runs for the whole session."""
    data = Path(tempfile.mkdtemp(prefix="motcua-"))
    settings = Settings(data=data, DATABASE_URL=None)  # pyright: ignore[reportCallIssue]
    environment = {**os.environ, "MOTCUA_DATA": str(data)}
    with (data / "postgres.log").open("w") as log:
        command = [sys.executable, "-m", "records.embedded"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for_database(settings, server)
        create_databases(settings, "motcua")
        migrate(settings)
        yield settings
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(120)
        shutil.rmtree(data)


@pytest.fixture
async def database(record_settings: Settings) -> AsyncGenerator[Database]:
    """A migrated database with empty tables, and no stored files."""
    database = Database.open(record_settings)
    for folder in (record_settings.attachments, record_settings.recordings):
        shutil.rmtree(folder, ignore_errors=True)
    names = ", ".join(f'"{table}"' for table in Base.metadata.tables)
    async with database.session() as session:
        await session.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # past the triggers of the audit trail
        await session.execute(text(f"TRUNCATE {names}, procrastinate_jobs, procrastinate_workers CASCADE"))
    yield database
    await database.close()


@pytest.fixture
def bot_memory(record_settings: Settings) -> Generator[str]:
    """The URL of the bot's own database, with an empty table like that of Rasa's tracker store."""
    create_databases(record_settings, database_name(record_settings.bot_url))
    with psycopg.connect(record_settings.bot_url) as connection:
        connection.execute("CREATE TABLE events (sender_id text)")
    yield record_settings.bot_url
    with psycopg.connect(record_settings.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE motcua_bot WITH (FORCE)")


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """A few fields of the starter catalogue."""
    settings = KnowledgeSettings(data=tmp_path_factory.mktemp("knowledge"))
    entries = [entry for entry in read_starter() if entry.field in FIELDS]
    Catalogue(catalogue_path(settings.data)).import_entries(entries, Layer.STARTER, complete=True)
    return Knowledge.open(settings)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The whole starter catalogue, searched without a server."""
    settings = KnowledgeSettings(data=tmp_path_factory.mktemp("starter"), elasticsearch_url=None)
    Catalogue(catalogue_path(settings.data)).import_entries(read_starter(), Layer.STARTER, complete=True)
    return Knowledge.open(settings)


@pytest.fixture(scope="session")
def stack() -> Generator[Stack]:
    """Api, Rasa, action server, worker and database as ``script/server`` runs them, with fake Telegram and Zalo."""
    with Stack.running() as running:
        yield running


@pytest.fixture(scope="session")
def redis() -> Generator[str]:
    """The URL of a real Redis server."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The URL of a real Elasticsearch server, started by ``script/elasticsearch``."""
    folder, port = tmp_path_factory.mktemp("elasticsearch"), free_port()
    log = folder / "output.log"
    with log.open("w") as output:
        command = [ROOT / "script" / "elasticsearch", str(port), folder / "data"]
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait_for_elasticsearch(f"http://127.0.0.1:{port}", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(120)


def _wait_for_elasticsearch(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(420):
        if server.poll() is not None:
            said = log.read_text(errors="replace").strip().splitlines()[-1:]
            if server.returncode == 69:
                pytest.skip(" ".join(said))
            pytest.fail(f"script/elasticsearch ended with {server.returncode}: {said}")
        try:
            httpx.get(url, timeout=1)
        except httpx.HTTPError:
            time.sleep(1)
        else:
            return
    pytest.fail("Elasticsearch did not start in time")


def _wait_for_database(settings: Settings, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            psycopg.connect(settings.url("postgres")).close()
        except psycopg.OperationalError:
            assert server.poll() is None, (settings.data / "postgres.log").read_text()
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("PostgreSQL did not start")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real procedures and questions that are not part of the repository (``MOTCUA_SHARED``, or beside the checkout)."""
    folder = Path(os.environ.get("MOTCUA_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").exists():
        pytest.skip(f"shared data not found in {folder}; set MOTCUA_SHARED")
    return folder / "data"
