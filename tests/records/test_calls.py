"""Calls, encrypted recordings and the call-back list."""

from __future__ import annotations

import datetime as dt
import io
import uuid
import wave
from pathlib import Path

import pytest

from records import calls
from records.calendar import TIME_ZONE
from records.database import Database
from records.models import Call
from records.recordings import Recording, as_wave, recording_path
from records.staff import call_backs
from records.vault import Vault

VAULT = Vault(["a-key-for-tests-of-more-than-32-characters"])
FRIDAY_EVENING = dt.datetime(2026, 11, 27, 20, 0, tzinfo=TIME_ZONE)


async def begun(database: Database, caller: str | None = "0200000000") -> uuid.UUID:
    call_id = uuid.uuid4()
    async with database.session() as session:
        await calls.begin(session, call_id, caller)
    return call_id


async def test_a_caller_is_promised_the_next_office_hours(database: Database) -> None:
    call_id = await begun(database)
    hours = calls.next_hours(database.calendar, FRIDAY_EVENING)
    assert hours.earliest.weekday() == 0
    assert hours.latest - hours.earliest >= dt.timedelta(hours=2)
    for _ in range(2):
        async with database.session() as session:
            await calls.promise(session, call_id, "gặp cán bộ", hours)
    async with database.session() as session:
        ((promised, _, _),) = await call_backs.waiting(session)
    assert promised.earliest == hours.earliest
    assert b"0200000000" not in promised.phone
    assert database.vault.decrypt(promised.phone) == "0200000000"


async def test_nobody_is_promised_a_call_to_an_unknown_number(database: Database) -> None:
    call_id = await begun(database, None)
    async with database.session() as session:
        with pytest.raises(calls.NoNumber):
            await calls.promise(session, call_id, "gặp cán bộ", calls.next_hours(database.calendar, FRIDAY_EVENING))


async def test_recordings_are_forgotten_after_their_time(database: Database) -> None:
    old, young = await begun(database), await begun(database)
    now = dt.datetime.now(dt.UTC)
    for call_id, age in ((old, 100), (young, 10)):
        recording = Recording(recording_path(database.settings, call_id), database.vault)
        recording.add(b"\1\0\2\0" * 100)
        recording.close()
        async with database.session() as session:
            await calls.change(session, call_id, recorded=True, started_at=now - dt.timedelta(days=age))
    async with database.session() as session:
        assert await calls.forget_recordings(session, now - dt.timedelta(days=90)) == 1
    assert not recording_path(database.settings, old).exists()
    assert recording_path(database.settings, young).exists()
    async with database.session() as session:
        assert not (await session.get_one(Call, old)).recorded


def test_a_recording_is_unreadable_on_disk_and_whole_through_the_vault(tmp_path: Path) -> None:
    samples = bytes(range(256)) * 1250
    recording = Recording(tmp_path / "call.rec", VAULT)
    recording.add(samples)
    recording.close()
    assert samples[:64] not in (tmp_path / "call.rec").read_bytes()
    with wave.open(io.BytesIO(as_wave(tmp_path / "call.rec", VAULT))) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        assert file.readframes(file.getnframes()) == samples


def test_a_recording_cut_off_by_a_crash_plays_up_to_there(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "call.rec", VAULT)
    for _ in range(3):
        recording.add(bytes(8000 * 4 * 5))
    recording.close()
    whole = (tmp_path / "call.rec").read_bytes()
    (tmp_path / "call.rec").write_bytes(whole[:-100])
    with wave.open(io.BytesIO(as_wave(tmp_path / "call.rec", VAULT))) as file:
        assert file.getnframes() == 8000 * 10


def test_a_recording_that_was_refused_is_gone(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "call.rec", VAULT)
    recording.add(bytes(8000 * 4 * 6))
    recording.delete()
    assert not (tmp_path / "call.rec").exists()
