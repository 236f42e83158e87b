from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import update

from motcua.programs import ROOT
from records import conversations, waiting
from records.calendar import TIME_ZONE, Calendar
from records.conversations import NewMessage
from records.database import Database
from records.figures import talks
from records.figures.periods import last_days
from records.models import Handover, Message
from records.staff import accounts, handovers

TODAY = last_days(1, dt.datetime.now(TIME_ZONE).date())


async def say(database: Database, channel: str, ago: dt.timedelta = dt.timedelta(), person: bool = False) -> uuid.UUID:
    async with database.session() as session:
        conversation = await conversations.of_channel_user(session, channel, uuid.uuid4().hex)
        message, _ = await conversations.take(session, conversation.id, NewMessage("Xin chào"))
        message.created_at = max(dt.datetime.now(dt.UTC) - ago, TODAY.moments[0])
        if person:
            await waiting.ask(session, conversation.id, "gặp cán bộ")
    return conversation.id


class TestChannels:
    async def test_who_is_there_who_waits_and_who_was_answered_alone(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "calendar", Calendar.read(ROOT / "tests" / "open_all_day.yml"))
        await say(database, "zalo")
        await say(database, "zalo", person=True)
        taken = await say(database, "web", person=True)
        async with database.session() as session:
            await accounts.add(session, "an", "An", ["agent"])
            member = await accounts.by_login(session, "an")
            assert member is not None
            await handovers.take_over(session, taken, member)
            await session.execute(
                update(Handover)
                .where(Handover.conversation_id == taken)
                .values(asked_at=Handover.taken_at - dt.timedelta(minutes=3))
            )
            lines = await talks.channels(session, TODAY)
        web, zalo = lines
        assert (web.channel, web.now, web.waiting, web.with_person, web.talks, web.alone) == ("web", 1, 0, 1, 1, 0)
        assert (zalo.channel, zalo.now, zalo.waiting, zalo.with_person, zalo.talks, zalo.alone) == (
            "zalo", 2, 1, 0, 2, 1
        )  # fmt: skip
        assert (web.waited, zalo.waited) == (3, None)

    async def test_who_waits_since_before_the_period_still_waits(self, database: Database) -> None:
        waiting = await say(database, "zalo", person=True)
        before = TODAY.moments[0] - dt.timedelta(hours=1)
        async with database.session() as session:
            await session.execute(update(Message).where(Message.conversation_id == waiting).values(created_at=before))
            await session.execute(update(Handover).values(asked_at=before, due_at=before))
            (line,) = await talks.channels(session, TODAY)
            assert (line.waiting, line.talks) == (1, 0)
            assert await talks.waiting_too_long(session) == 1


async def test_what_people_ask_about_is_counted_by_conversation(database: Database) -> None:
    birth, wedding = {"code": "1.001193", "name": "Khai sinh"}, {"code": "1.000894", "name": "Kết hôn"}
    for procedures in ([birth, birth], [birth, wedding]):
        conversation = await say(database, "web")
        async with database.session() as session:
            for procedure in procedures:
                await conversations.say(session, conversation, "bot", "Dạ", procedure=procedure)
            await conversations.say(session, conversation, "staff", "Chào anh/chị", procedure=None)
    async with database.session() as session:
        found = await talks.asked_about(session, TODAY)
    assert [(each.code, each.name, each.talks) for each in found] == [
        ("1.001193", "Khai sinh", 2),
        ("1.000894", "Kết hôn", 1),
    ]


async def test_messages_by_the_hour_in_vietnam(database: Database) -> None:
    await say(database, "web")
    async with database.session() as session:
        hours = await talks.by_hour(session, TODAY)
    assert len(hours) == 24
    assert hours[dt.datetime.now(TIME_ZONE).hour] == 1
