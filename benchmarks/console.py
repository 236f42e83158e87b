"""Server time of the console's pages with many cases: ``script/benchmark console [CASES]``; 100,000 unless told.

The office of ``motcua demo --office`` is filled into a database of its own, which is dropped at the end; seven cases in
ten get one of 60,000 contacts. Every page is asked one after the other in this process, without a network; the figure
is the time until the whole page is there.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import httpx
import psycopg
from sqlalchemy import text

from api.app import create_app
from api.console.access import cookie_name
from api.settings import Settings as ApiSettings
from benchmarks.report import percentile, publish
from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from motcua import demo_office
from motcua.demo_office import Size
from motcua.prepare import database_server
from records.database import Database, create_databases, migrate
from records.settings import Settings
from records.staff import accounts, sessions
from records.staff.permissions import StaffRole

NAME = "motcua_benchmark_console"
GOAL_MS = 300
GOAL_KB = 300
TIMES = 12
PAGES = {
    "inbox": "/inbox",
    "inbox, late": "/inbox?view=late",
    "inbox, search": "/inbox?q=den+duong",
    "inbox, search for what nobody wrote": "/inbox?q=khong-ai-viet",
    "a case": "/cases/{case}",
    "the longest conversation": "/conversations/{talk}",
    "answers suggested for it": "/conversations/{talk}/suggestions",
    "call-backs": "/call-backs",
    "live wall": "/figures",
    "league table, 30 days": "/figures/cases",
    "league table, 90 days": "/figures/cases?days=90",
    "league table, a year": "/figures/cases?days=365",
    "cases behind a figure": "/figures/cases/behind?by=agency&indicator=late",
    "services": "/figures/services",
    "services, asked in vain": "/figures/unanswered",
    "reports": "/reports",
    "what was not answered": "/knowledge",
    "members": "/members",
    "audit trail": "/audit",
}
_NAMED = {
    "case": "SELECT tracking_code FROM feedback ORDER BY id LIMIT 1",
    "talk": "SELECT conversation_id FROM messages GROUP BY conversation_id ORDER BY count(*) DESC LIMIT 1",
}
_CONTACTS = """
UPDATE feedback SET contact_hash = sha256(((id * 7919) % 60000)::text::bytea) WHERE id % 10 < 7
"""

_SETTLED = (
    "CLUSTER feedback USING feedback_created",
    "CLUSTER feedback_ratings USING feedback_ratings_at",
    "VACUUM ANALYZE",
)
"""Rows lie in the order of time, as they come to lie in an office; the filling makes them in no order."""


async def fill(settings: Settings, size: Size) -> None:
    """An office of ``size``, as its database lies on the disk after a year."""
    database = Database.open(settings)
    async with database.session() as session:
        await demo_office.fill(session, size)
        await session.execute(text(_CONTACTS))
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for step in _SETTLED:
            await connection.execute(text(step))
    await database.close()


async def measure(settings: Settings) -> list[dict[str, object]]:
    """Asks every page, as somebody with every role."""
    database = Database.open(settings)
    async with database.session() as session:
        await accounts.add(session, "moi.vai", "Mọi Vai", [role.value for role in StaffRole])
        member = await accounts.by_login(session, "moi.vai")
        assert member is not None
        member.must_change_password = False
        token = (await sessions.start(session, member, "Benchmark", second_factor=True)).token
        named = {name: (await session.execute(text(query))).scalar_one() for name, query in _NAMED.items()}
    app = create_app(ApiSettings())
    app.state.database, app.state.knowledge = database, Knowledge.open(KnowledgeSettings())
    cookies = {cookie_name(app.state.settings): token}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.test", cookies=cookies) as client:
        rows = [await _page(client, name, path.format(**named)) for name, path in PAGES.items()]
    await database.close()
    return rows


async def _page(client: httpx.AsyncClient, name: str, path: str) -> dict[str, object]:
    took: list[float] = []
    size = 0
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        response = await client.get(f"/console{path}")
        took.append((time.perf_counter() - start) * 1000)
        assert response.status_code == 200, (path, response.status_code)
        size = len(response.content)
    warm = took[1:]
    return {
        "page": name,
        "median ms": percentile(warm, 0.5),
        "p95 ms": percentile(warm, 0.95),
        "kB": size / 1000,
        "goal": "met" if percentile(warm, 0.95) <= GOAL_MS and size <= GOAL_KB * 1000 else "missed",
    }


def main(cases: int) -> None:
    """Fills, measures, and drops what was filled."""
    settings = Settings()
    with database_server(settings):
        create_databases(settings, NAME)
        own = settings.model_copy(update={"database_url": settings.url(NAME)})
        try:
            migrate(own)
            asyncio.run(fill(own, Size(cases=cases, talks=cases // 20, days=365)))
            rows = asyncio.run(measure(own))
        finally:
            with psycopg.connect(settings.url("postgres"), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {NAME}")  # pyright: ignore[reportArgumentType, reportCallIssue]
    report(rows, cases)


def report(rows: list[dict[str, object]], cases: int) -> None:
    """Prints and keeps them."""
    note = (
        f"{cases:,} cases, {cases // 20:,} conversations over a year; {TIMES} requests a page after one to warm up; "
        f"goal {GOAL_MS} ms at p95 and {GOAL_KB} kB, uncompressed"
    )
    publish(Path(__file__).stem, "Console: server time of a page", rows, [note])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
