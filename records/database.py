"""The connection to PostgreSQL, its sessions, and its migrations."""

from __future__ import annotations

import select
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.psycopg import AsyncAdapt_psycopg_connection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from records.calendar import Calendar
from records.settings import Settings
from records.storage import FileStore
from records.vault import Vault


class Database:
    """One pool of connections per process."""

    def __init__(self, engine: AsyncEngine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.vault = Vault(settings.keys)
        self.calendar = Calendar.read(settings.calendar)
        self.files = FileStore.open(settings)
        self._sessions = async_sessionmaker(engine, expire_on_commit=False, info={"database": self})
        alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._readings = async_sessionmaker(alone, expire_on_commit=False, info={"database": self})

    @classmethod
    def open(cls, settings: Settings | None = None) -> Database:
        """Connects lazily: opening succeeds while the server is still starting."""
        settings = settings or Settings()
        engine = create_async_engine(
            settings.url().replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=settings.database_pool,
            max_overflow=0,
            pool_timeout=20,
        )
        event.listen(engine.sync_engine, "checkout", _refuse_broken)
        return cls(engine, settings)

    async def close(self) -> None:
        """Gives the connections back."""
        await self.engine.dispose()

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[AsyncSession]:
        """A session in one transaction: committed at the end, rolled back on an exception."""
        async with self._sessions.begin() as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A session whose statements only read, each by itself: a transaction around them costs two round trips."""
        async with self._readings() as session:
            yield session


def _refuse_broken(connection: AsyncAdapt_psycopg_connection, _record: object, _proxy: object) -> None:
    """Has the pool connect anew when the server closed the connection: nothing else comes unasked on an idle one.

    The operating system knows; to ask the server would cost every transaction a round trip.
    """
    poll = select.poll()
    poll.register(connection.driver_connection, select.POLLIN)
    if poll.poll(0):
        raise InvalidatePoolError


def database_of(session: AsyncSession) -> Database:
    """The database that a session of ``Database.session`` belongs to."""
    database = session.info["database"]
    assert isinstance(database, Database)
    return database


def create_databases(settings: Settings, *names: str) -> None:
    """Creates the named databases on the server where they are missing."""
    with psycopg.connect(settings.url("postgres"), autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        for name in names:
            if name not in known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def migrate(settings: Settings) -> None:
    """Brings the schema to the newest version; running it again changes nothing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = settings.url().replace("postgresql://", "postgresql+psycopg://", 1)
    command.upgrade(config, "head")
