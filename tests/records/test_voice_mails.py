"""Messages of callers: gone with their call, with their term, and moved to a new key."""

from __future__ import annotations

import datetime as dt
import uuid

from records import calls, conversations, voice_mails
from records.database import Database
from records.privacy import retention, rights
from records.recordings import blocks, voice_mail_path
from records.staff import call_backs

SOUND = b"\1\0\1\0" * 8000
TERMS: dict[str, int] = dict.fromkeys(retention.KINDS, 90)


async def left(database: Database, *, in_conversation: bool = False) -> uuid.UUID:
    call_id = uuid.uuid4()
    async with database.session() as session:
        await calls.begin(session, call_id, "0200000000")
        await session.flush()
        if in_conversation:
            conversation, _ = await conversations.start_web(session, channel="voice")
            await calls.change(session, call_id, conversation_id=conversation.id)
        await voice_mails.keep(session, call_id, SOUND)
    return call_id


async def test_sound_and_text_go_after_their_term(database: Database) -> None:
    old, young = await left(database), await left(database)
    async with database.session() as session:
        message = await voice_mails.next_unheard(session)
        assert message is not None
        assert (message.call_id, message.seconds) == (old, 1.0)
        message.created_at -= dt.timedelta(days=91)
    async with database.session() as session:
        due = {each.kind: each.rows for each in await retention.preview(session, TERMS)}
    assert due["voice_mails"] == 1
    assert (await retention.apply(database, TERMS, database.settings.database_url or ""))["voice_mails"] == 1
    assert not voice_mail_path(database.settings, old).exists()
    assert b"".join(blocks(voice_mail_path(database.settings, young), database.vault)) == SOUND


async def test_it_is_due_after_the_office_hours_of_the_settings(database: Database) -> None:
    before = dt.datetime.now(dt.UTC)
    await left(database)
    term = dt.timedelta(hours=database.settings.voice_mail_hours)
    async with database.session() as session:
        ((message, _, _),) = await call_backs.messages(session)
    expected = (database.calendar.add_working_time(at, term) for at in (before, dt.datetime.now(dt.UTC)))
    assert next(expected) <= message.due_at <= next(expected)


async def test_a_caller_sees_it_among_the_own_data_and_it_is_erased_with_the_conversation(database: Database) -> None:
    call_id = await left(database, in_conversation=True)
    async with database.session() as session:
        conversation = (await session.get_one(calls.Call, call_id)).conversation_id
        assert conversation is not None
        (told,) = (await rights.own_data(session, conversation))["voice_mails"]
        assert (told["phone"], told["seconds"]) == ("0200000000", 1.0)
        await rights.erase(session, conversation, rights.CITIZEN, "wish")
    async with database.session() as session:
        assert await call_backs.messages(session) == []
    assert not voice_mail_path(database.settings, call_id).exists()
