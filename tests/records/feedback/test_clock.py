from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import update

from records.feedback import answers, steps
from records.feedback.clock import note_due
from records.feedback.life import Step
from records.feedback.terms import read_terms
from records.models import Feedback
from tests.records.feedback.conftest import AN, Office

NOW = dt.datetime.now(dt.UTC)
HOUR = dt.timedelta(hours=1)


async def set_times(office: Office, **times: dt.datetime) -> None:
    async with office.database.session() as session:
        await session.execute(update(Feedback).values(**times))


async def alerts(office: Office, code: str) -> list[tuple[str, str]]:
    found = [event for event in await office.events(code) if event.step in (Step.WARN, Step.BREACH)]
    return [(event.step, event.details["clock"]) for event in found]


async def test_each_is_noted_once(office: Office) -> None:
    code = await office.file()
    assert await office.take(note_due) == 0
    await set_times(office, triage_due_at=NOW - HOUR)
    await office.take(note_due)
    await set_times(office, warn_at=NOW - HOUR)
    await office.take(note_due)
    await set_times(office, due_at=NOW - HOUR)
    for _ in range(3):
        await office.take(note_due)
    assert await alerts(office, code) == [("breach", "triage"), ("warn", "answer"), ("breach", "answer")]


async def test_two_workers_at_once_note_it_once(office: Office) -> None:
    codes = [await office.file(channel=None) for _ in range(10)]
    await set_times(office, due_at=NOW - HOUR, triage_due_at=NOW + HOUR)
    counts = await asyncio.gather(*(office.take(note_due) for _ in range(4)))
    assert sum(counts) == 10
    assert [await alerts(office, code) for code in codes] == [[("breach", "answer")]] * 10


async def test_alerts_change_neither_state_nor_version(office: Office) -> None:
    code = await office.file()
    version = (await office.case(code)).version
    await set_times(office, due_at=NOW - HOUR)
    await office.take(note_due)
    await office.take(steps.accept, code, AN, version=version)


async def test_a_clock_that_stands_still_or_is_done_gives_no_alert(office: Office) -> None:
    waiting, done = await office.file(), await office.file()
    await office.take(steps.ask, waiting, AN, question="Ở đâu ạ?")
    await office.take(steps.accept, done, AN)
    await office.take(answers.answer, done, AN, "Xong.")
    await set_times(office, due_at=NOW - HOUR, warn_at=NOW - HOUR, triage_due_at=NOW - HOUR)
    assert await office.take(note_due) == 0


async def test_a_new_due_time_has_alerts_of_its_own(office: Office) -> None:
    code = await office.file()
    await office.take(steps.accept, code, AN)
    for hours in (2, 1):
        await set_times(office, due_at=NOW - hours * HOUR)
        await office.take(note_due)
    assert await alerts(office, code) == [("breach", "answer")] * 2


async def test_staff_pages_are_told(office: Office) -> None:
    code = await office.file()
    await set_times(office, due_at=NOW - HOUR, triage_due_at=NOW + HOUR)
    async with await psycopg.AsyncConnection.connect(office.database.settings.url(), autocommit=True) as connection:
        await connection.execute("LISTEN staff")
        await office.take(note_due)
        told = [json.loads(notice.payload) async for notice in connection.notifies(timeout=5, stop_after=2)]
    assert {"feedback": code, "step": "breach", "clock": "answer"} in told


@pytest.mark.parametrize("written", ["3", "three days", "0 days", "3 weeks", "-1 days"])
def test_terms_that_cannot_be_read(tmp_path: Path, written: str) -> None:
    kind = "{triage: 1 day, answer: 2 days, reopened: 3 hours, warning_hours: 4}"
    path = tmp_path / "terms.yml"
    path.write_text(f"kinds: {{report: {kind}}}\nreopen_within: {written}")
    with pytest.raises(ValueError, match="no term"):
        read_terms(path)
