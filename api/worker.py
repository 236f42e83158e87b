"""The worker process: ``python -m api.worker`` carries out the jobs of ``api.jobs``."""

from __future__ import annotations

import asyncio

from api import logging
from api.bot import Bot
from api.channels.registry import open_channels
from api.hearing import Hearing
from api.jobs import Jobs
from api.settings import Settings
from api.turns import Turns
from records.database import Database


async def work() -> None:
    """Works until it is told to stop; running jobs are finished first."""
    settings = Settings()
    database, bot, hearing = Database.open(), Bot(settings), Hearing(settings)
    async with open_channels(settings, database) as channels:
        jobs = Jobs(database, Turns(database, bot, settings.turns_at_once), channels, hearing)
        async with jobs.app.open_async():
            await jobs.app.run_worker_async(
                concurrency=settings.turns_at_once, delete_jobs="always", shutdown_graceful_timeout=10
            )
    await bot.close()
    await hearing.close()
    await database.close()


if __name__ == "__main__":
    logging.configure()
    asyncio.run(work())
