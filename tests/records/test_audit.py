from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.audit import Broken, Somebody, Verified
from records.database import Database

LAN = Somebody("staff", "17", "Lan")


async def write(database: Database, *objects: str) -> None:
    for name in objects:
        async with database.session() as session:
            await audit.record(session, LAN, "feedback.contact.read", name, "gọi lại", note='"\\\n\u001f€đ')


async def verified(database: Database, head: str | None = None) -> Verified | Broken:
    async with database.session() as session:
        return await audit.verify(session, head)


async def behind_its_back(database: Database, *statements: str) -> None:
    """What somebody does who may switch the triggers off."""
    async with database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await session.execute(text(statement))


async def test_an_entry_tells_who_did_what_and_why(database: Database) -> None:
    await write(database, "feedback:PA-7K2M-9XQ4", "feedback:PA-0000-0001")
    async with database.session() as session:
        (entry,) = await audit.entries_of(session, "feedback:PA-7K2M-9XQ4")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("staff", "17", "Lan")
    assert (entry.action, entry.reason) == ("feedback.contact.read", "gọi lại")
    assert abs(entry.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


async def test_an_empty_and_a_grown_chain_are_whole(database: Database) -> None:
    assert await verified(database) == Verified(0, audit.GENESIS.hex())
    await write(database, *(f"feedback:{number}" for number in range(5)))
    result = await verified(database)
    assert isinstance(result, Verified)
    assert result.entries == 5
    await write(database, "feedback:later")
    assert isinstance(await verified(database, head=result.head), Verified)


async def test_an_entry_goes_with_the_transaction_that_wrote_it(database: Database) -> None:
    async def fail(session: AsyncSession) -> None:
        await audit.record(session, LAN, "feedback.close", "feedback:1")
        raise RuntimeError

    async with database.session() as session:
        with pytest.raises(RuntimeError):
            await fail(session)
        await session.rollback()
    assert await verified(database) == Verified(0, audit.GENESIS.hex())


@pytest.mark.parametrize("table", ["audit_entries", "audit_links"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nothing_is_changed_or_taken_away(database: Database, table: str, change: str) -> None:
    await write(database, "feedback:1")
    column = "reason" if table == "audit_entries" else "hash"
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.session() as session:
            await session.execute(text(change.format(table, column, column)))


@pytest.mark.parametrize(
    ("change", "position"),
    [
        ("UPDATE audit_entries SET reason = 'x' WHERE subject = 'feedback:3'", 3),
        ("UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE subject = 'feedback:2'", 2),
        ("UPDATE audit_entries SET details = '{}' WHERE subject = 'feedback:5'", 5),
        ("DELETE FROM audit_links WHERE position = 2", 2),
        ("DELETE FROM audit_entries WHERE subject = 'feedback:4'", 4),
        ("UPDATE audit_links SET hash = sha256(hash) WHERE position = 4", 4),
        ("UPDATE audit_links SET entry_id = 10 - entry_id", None),
    ],
)
async def test_a_change_behind_its_back_is_found(database: Database, change: str, position: int | None) -> None:
    await write(database, *(f"feedback:{number}" for number in range(1, 6)))
    await behind_its_back(database, change)
    result = await verified(database)
    assert isinstance(result, Broken)
    assert position in (None, result.position)


async def test_entries_outside_the_chain_and_a_cut_off_end_are_found(database: Database) -> None:
    await write(database, "feedback:1", "feedback:2")
    whole = await verified(database)
    assert isinstance(whole, Verified)
    await behind_its_back(database, "DELETE FROM audit_links WHERE position = 2")
    assert isinstance(await verified(database), Broken)
    await behind_its_back(database, "DELETE FROM audit_entries WHERE subject = 'feedback:2'")
    assert isinstance(await verified(database), Verified)
    assert isinstance(await verified(database, head=whole.head), Broken)


async def test_writers_at_once_make_one_chain(database: Database) -> None:
    async def several(writer: int) -> None:
        for number in range(10):
            async with database.session() as session:
                await audit.record(session, LAN, "test", f"first:{writer}:{number}")
                await asyncio.sleep(0.001)
                await audit.record(session, LAN, "test", f"second:{writer}:{number}")

    await asyncio.gather(*(several(writer) for writer in range(15)))
    result = await verified(database)
    assert isinstance(result, Verified)
    assert result.entries == 300


async def test_a_long_transaction_does_not_hold_others_up(database: Database) -> None:
    async with database.session() as slow:
        await audit.record(slow, LAN, "test", "slow")
        async with asyncio.timeout(5):
            await write(database, "quick")
    result = await verified(database)
    assert isinstance(result, Verified)
    assert result.entries == 2
