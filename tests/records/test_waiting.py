"""The queue for a person: place, usual wait, messages that were left."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from records import waiting
from records.database import Database
from records.models import Conversation, ConversationStatus, Handover


@pytest.fixture
async def conversations(database: Database) -> list[uuid.UUID]:
    ids = [uuid.uuid4() for _ in range(3)]
    async with database.session() as session:
        session.add_all(Conversation(id=each, channel="web") for each in ids)
    return ids


async def test_the_place_is_by_who_asked_first_and_asking_again_keeps_it(
    database: Database, conversations: list[uuid.UUID]
) -> None:
    first, second, _ = conversations
    async with database.session() as session:
        await waiting.ask(session, first, "a")
    async with database.session() as session:
        await waiting.ask(session, second, "b")
    async with database.session() as session:
        again = await waiting.ask(session, first, "again")
        other = await waiting.place(session, second)

    assert again == waiting.Place(1, None)
    assert other == waiting.Place(2, None)


async def test_who_is_taken_over_leaves_the_queue_and_teaches_the_wait_in_office_hours(
    database: Database, conversations: list[uuid.UUID]
) -> None:
    first, second, _ = conversations
    opening = database.calendar.next_opening(dt.datetime.now(dt.UTC) - dt.timedelta(days=14))
    async with database.session() as session:
        asked, taken = opening - dt.timedelta(hours=9), opening + dt.timedelta(minutes=7)
        session.add(Handover(conversation_id=first, reason="a", asked_at=asked, taken_at=taken))
        await waiting.ask(session, second, "b")
        place = await waiting.place(session, second)

    assert place == waiting.Place(1, dt.timedelta(minutes=7))


async def test_who_leaves_the_queue_makes_room_for_the_next(database: Database, conversations: list[uuid.UUID]) -> None:
    first, second, _ = conversations
    async with database.session() as session:
        await waiting.ask(session, first, "a")
    async with database.session() as session:
        await waiting.ask(session, second, "b")
    async with database.session() as session:
        left = await waiting.leave(session, first)
        again = await waiting.leave(session, first)
        status = (await session.get_one(Conversation, first)).status
        place = await waiting.place(session, second)

    assert (left, again, status) == (True, False, ConversationStatus.BOT)
    assert place == waiting.Place(1, None)


async def test_who_talks_to_a_person_does_not_leave(database: Database, conversations: list[uuid.UUID]) -> None:
    first = conversations[0]
    async with database.session() as session:
        session.add(Handover(conversation_id=first, taken_at=dt.datetime.now(dt.UTC)))
    async with database.session() as session:
        assert not await waiting.leave(session, first)


async def test_nobody_waits_while_a_person_answers(database: Database, conversations: list[uuid.UUID]) -> None:
    first = conversations[0]
    async with database.session() as session:
        (await session.get_one(Conversation, first)).status = ConversationStatus.PERSON
        session.add(Handover(conversation_id=first, taken_at=dt.datetime.now(dt.UTC)))
    async with database.session() as session:
        assert await waiting.ask(session, first, "again") is None


async def test_a_message_that_was_left_is_told_to_staff(database: Database, conversations: list[uuid.UUID]) -> None:
    async with database.session() as session:
        await waiting.ask(session, conversations[0], "a")
        await waiting.leave_message(session, conversations[0], "có lời nhắn")
    async with database.session() as session:
        assert (await session.execute(select(Handover.reason))).scalar_one() == "có lời nhắn"


async def test_an_answer_is_due_in_office_hours(database: Database, conversations: list[uuid.UUID]) -> None:
    before = dt.datetime.now(dt.UTC)
    async with database.session() as session:
        await waiting.ask(session, conversations[0], "a")
        due = (await session.execute(select(Handover.due_at))).scalar_one()
    after = dt.datetime.now(dt.UTC)
    add = database.calendar.add_working_time
    assert due is not None
    assert add(before, waiting.ANSWER_WITHIN) <= due <= add(after, waiting.ANSWER_WITHIN)
    assert database.calendar.is_open(due - dt.timedelta(seconds=1))
