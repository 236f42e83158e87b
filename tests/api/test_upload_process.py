from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from api.upload_process import NICENESS, Chunk, Writer, WriterFailed
from records import agencies, uploads
from records.database import Database
from records.models import Agency, DossierEvent
from records.settings import Settings
from records.synchronisation import Tally


@pytest.fixture
def writer(record_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setenv("MOTCUA_DATA", str(record_settings.data))
    writer = Writer()
    yield writer
    writer.close()


@pytest.fixture
async def agency(database: Database) -> Agency:
    async with database.session() as session:
        await agencies.add(session, "Sở Mẫu", ["H99"])
        return (await session.execute(select(Agency))).scalar_one()


def chunk(agency: Agency, *numbers: int, upload_id: str | None = None, dry_run: bool = False) -> Chunk:
    lines = [
        json.dumps({"code": f"H99.14-240823-{number:04}", "state": 4, "time": "2024-09-01T08:00:00Z"}).encode()
        for number in numbers
    ]
    return Chunk(agency, lines, upload_id, dry_run)


async def events(database: Database) -> int:
    async with database.session() as session:
        return (await session.execute(select(func.count()).select_from(DossierEvent))).scalar_one()


async def test_chunks_are_written_and_counted(database: Database, agency: Agency, writer: Writer) -> None:
    tally = await writer.take(chunk(agency, 1, 2), Tally())
    tally = await writer.take(chunk(agency, 2, 3), tally)
    assert (tally.lines, tally.taken, tally.repeated) == (4, 3, 1)
    assert (await writer.take(chunk(agency, 4, dry_run=True), tally)).taken == 4
    assert await events(database) == 3
    assert [os.getpriority(os.PRIO_PROCESS, pid) for pid in pids(writer)] == [os.nice(0) + NICENESS]


async def test_a_chunk_that_was_read_ahead_is_the_one_that_is_written(
    database: Database, agency: Agency, writer: Writer
) -> None:
    first, second, other = chunk(agency, 1, 2), chunk(agency, 3, 3), chunk(agency, 4)
    tally = await writer.take(first, Tally(), second)
    elsewhere = await writer.take(other, Tally(), chunk(agency, 5))
    tally = await writer.take(second, tally)
    assert (elsewhere.taken, tally.lines, tally.taken, tally.repeated) == (1, 4, 3, 1)
    assert (await writer.take(other, tally)).repeated == 2
    assert await events(database) == 4


async def test_what_another_request_wrote_is_not_overtaken(agency: Agency, writer: Writer) -> None:
    await writer.take(chunk(agency, 1, 2, upload_id="one"), Tally())
    with pytest.raises(uploads.Overtaken):
        await writer.take(chunk(agency, 1, upload_id="one"), Tally())


async def test_a_process_that_dies_is_started_again(database: Database, agency: Agency, writer: Writer) -> None:
    tally = await writer.take(chunk(agency, 1), Tally())
    [pid] = pids(writer)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WriterFailed):
        await writer.take(chunk(agency, *range(2, 400)), tally)
    assert tally.lines == 1
    again = await asyncio.wait_for(writer.take(chunk(agency, 2), tally), 60)
    assert (again.lines, again.taken, await events(database)) == (2, 2, 2)


def pids(writer: Writer) -> list[int]:
    assert writer._pool is not None
    return list(writer._pool._processes)
