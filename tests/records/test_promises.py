"""One call-back for each number that nobody could talk to."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid

import pytest

from records import calls
from records.calendar import TIME_ZONE
from records.calls import Hours
from records.database import Database
from records.promises import promise_once
from records.staff import call_backs

MONDAY = dt.datetime(2026, 11, 30, 8, 0, tzinfo=TIME_ZONE)
FIRST = Hours(MONDAY, MONDAY + dt.timedelta(hours=2))
LATER = Hours(MONDAY + dt.timedelta(hours=5), MONDAY + dt.timedelta(hours=7))


async def promised(database: Database, caller: str | None, hours: Hours) -> Hours:
    async with database.session() as session:
        call_id = uuid.uuid4()
        await calls.begin(session, call_id, caller)
        return await promise_once(session, call_id, "tổng đài bận", hours)


async def test_a_number_waits_once_whichever_way_it_is_written_and_its_first_hours_hold(database: Database) -> None:
    assert await promised(database, "0912000001", FIRST) == FIRST
    assert await promised(database, "84912000001", LATER) == FIRST
    assert await promised(database, "0912000002", LATER) == LATER
    async with database.session() as session:
        waiting = [call_backs.number(session, each) for each, _, _ in await call_backs.waiting(session)]
    assert waiting == ["0912000001", "0912000002"]


async def test_a_number_that_calls_twice_at_once_waits_once(database: Database) -> None:
    hours = await asyncio.gather(*(promised(database, "0912000001", each) for each in (FIRST, LATER) * 4))
    async with database.session() as session:
        assert len(await call_backs.waiting(session)) == 1
    assert len(set(hours)) == 1


async def test_who_was_called_is_promised_another_call(database: Database) -> None:
    await promised(database, "0912000001", FIRST)
    async with database.session() as session:
        ((done, _, _),) = await call_backs.waiting(session)
        done.done_at = MONDAY
    assert await promised(database, "0912000001", LATER) == LATER


async def test_a_withheld_number_is_promised_nothing(database: Database) -> None:
    with pytest.raises(calls.NoNumber):
        await promised(database, None, FIRST)
