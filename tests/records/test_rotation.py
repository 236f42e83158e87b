from __future__ import annotations

import asyncio
import datetime as dt
import uuid

import pytest
from sqlalchemy import LargeBinary, select

from records import calls, rotation
from records.base import Base, Encrypted, KeyedHash
from records.channel_tokens import Tokens, store_first
from records.database import Database
from records.feedback.contacts import has_contact
from records.feedback.filing import NewFeedback, file_feedback
from records.models import ChannelToken, Feedback
from records.recordings import Recording, blocks, recording_path
from records.rotation import KeyUse
from records.vault import Vault

NOT_FROM_A_KEY = {"conversations.token_hash", "audit_links.hash", "staff_sessions.digest"}
"""Plain SHA-256."""


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.session() as session:
        for number in range(7):
            await file_feedback(session, NewFeedback("report", "hỏng đèn", contact=f"090000000{number}"))
        await file_feedback(session, NewFeedback("report", "hỏng đèn"))
        await store_first(session, "zalo", Tokens("access", "refresh", dt.datetime.now(dt.UTC)))
    return database


def with_new_key(database: Database, key: str = "n" * 40) -> Database:
    changed = Database(database.engine, database.settings)
    changed.vault = Vault([key, *database.settings.keys])
    return changed


async def test_everything_moves_and_stays_readable_and_findable(filled: Database) -> None:
    changed = with_new_key(filled)
    async with changed.session() as session:
        found = select(Feedback.id).where(has_contact(changed.vault, ["+84 900 000 003"]))
        assert len((await session.execute(found)).all()) == 1
    assert await rotation.rotate(changed) == 9
    assert await rotation.rotate(changed) == 0
    alone = Database(filled.engine, filled.settings)
    alone.vault = Vault(["n" * 40])
    async with alone.session() as session:
        contacts = (await session.execute(select(Feedback.contact))).scalars()
        opened = {alone.vault.decrypt(contact) for contact in contacts if contact}
        tokens = (await session.execute(select(ChannelToken))).scalar_one()
        assert opened == {f"090000000{number}" for number in range(7)}
        assert alone.vault.decrypt(tokens.refresh_token) == "refresh"
        found = select(Feedback.id).where(has_contact(alone.vault, ["0900000003"]))
        assert len((await session.execute(found)).all()) == 1


async def test_it_goes_on_where_it_was_stopped(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    changed = with_new_key(filled)
    table, column = next(one for one in rotation.columns_of(Encrypted) if one[0].name == "feedback")
    assert await rotation._rotate_batch(changed, table, column) == 3
    async with changed.session() as session:
        before = await rotation.usage(session)
    assert [use.encrypted for use in before] == [3, 6, 0]
    assert await rotation.rotate(changed) == 6


async def test_a_row_that_somebody_writes_is_waited_for(filled: Database) -> None:
    changed = with_new_key(filled)
    async with changed.session() as session:
        case = (await session.execute(select(Feedback).where(Feedback.contact.is_not(None)).limit(1))).scalar_one()
        case.what = "hỏng cả dãy đèn"
        await session.flush()
        rotating = asyncio.create_task(rotation.rotate(changed))
        await asyncio.sleep(0.3)
        assert not rotating.done()
    assert await asyncio.wait_for(rotating, 10) == 9


async def test_recordings_move_when_their_call_is_over(database: Database) -> None:
    now, samples = dt.datetime.now(dt.UTC), b"\1\0\2\0" * 100
    over, going_on = uuid.uuid4(), uuid.uuid4()
    async with database.session() as session:
        for call_id in (over, going_on):
            await calls.begin(session, call_id, None)
            await calls.change(session, call_id, recorded=True, ended_at=now if call_id == over else None)
            recording = Recording(recording_path(database.settings, call_id), database.vault)
            recording.add(samples)
            recording.close()
    changed = with_new_key(database)
    assert await rotation.rotate(changed) == 1
    assert await rotation.rotate(changed) == 0
    moved = recording_path(database.settings, over)
    assert b"".join(blocks(moved, Vault(["n" * 40]))) == samples
    async with changed.session() as session:
        new, old, _ = await rotation.usage(session)
    assert (new.encrypted, old.encrypted) == (1, 1)


async def test_usage_tells_when_a_key_may_go(filled: Database) -> None:
    changed = with_new_key(filled)
    await rotation.rotate(changed)
    async with changed.session() as session:
        new, old, unknown = await rotation.usage(session)
    assert (new.encrypted, new.hashed, old.encrypted, old.hashed) == (9, 7, 0, 0)
    assert unknown == KeyUse(b"", 0, 0)


def test_every_binary_column_says_what_it_is() -> None:
    plain = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not isinstance(column.type, Encrypted | KeyedHash)
    }
    assert plain <= NOT_FROM_A_KEY
