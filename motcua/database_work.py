"""Commands that work in the database: in a transaction, on a server that is started for them where none runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

import typer
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncSession

from motcua.prepare import database_server
from records.database import Database
from records.settings import Settings

console = Console(highlight=False)


def in_session[Result](work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """``work`` in one transaction; what it refuses is told without a trace."""

    async def run(database: Database) -> Result:
        async with database.session() as session:
            return await work(session)

    return with_database(run)


def with_database[Result](work: Callable[[Database], Awaitable[Result]]) -> Result:
    """``work`` with transactions of its own; what it refuses is told without a trace."""

    async def run() -> Result:
        database = Database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    with refusals_told(), database_server(Settings()):
        return asyncio.run(run())


@contextmanager
def refusals_told() -> Generator[None]:
    """Ends the command with what was refused, without a trace."""
    try:
        yield
    except (ValueError, LookupError) as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error
