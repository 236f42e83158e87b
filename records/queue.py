"""Background jobs that commit with the data they belong to (procrastinate, on the same PostgreSQL).

A job is named here and carried out by the worker in ``api.worker``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from procrastinate import App, PsycopgConnector
from sqlalchemy.ext.asyncio import AsyncSession

# Never opened: every job is written on the connection of the caller's own transaction.
_app = App(connector=PsycopgConnector())


async def defer(
    session: AsyncSession, task: str, lock: str, after: dt.timedelta | None = None, **arguments: Any
) -> None:
    """Queues ``task`` in the session's transaction; jobs of one ``lock`` run one at a time, in order."""
    raw = await (await session.connection()).get_raw_connection()
    when = dt.datetime.now(dt.UTC) + after if after else None
    job = _app.configure_task(task, lock=lock, schedule_at=when, connection=raw.driver_connection)
    await job.defer_async(**arguments)
