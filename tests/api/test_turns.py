from __future__ import annotations

import asyncio
import datetime as dt
import uuid

import pytest
from sqlalchemy import select, text, update

from api import turns as texts
from api.turns import FLOOD, MAX_ATTEMPTS, Turns
from records import attachments, conversations, outbox
from records.attachments import NewAttachment
from records.conversations import NewMessage
from records.database import Database
from records.feedback import NewFeedback, file_feedback, steps
from records.feedback.life import Actor, Role
from records.models import Conversation, ConversationStatus, Delivery, Handover, Message, MessageState
from tests.api.rasa import ScriptedRasa


@pytest.fixture
async def conversation(database: Database) -> uuid.UUID:
    async with database.session() as session:
        return (await conversations.start_web(session))[0].id


async def take(database: Database, conversation: uuid.UUID, *said: str, payload: str | None = None) -> list[int]:
    async with database.session() as session:
        taken = [await conversations.take(session, conversation, NewMessage(text, payload)) for text in said]
    return [message.id for message, _ in taken]


async def said(database: Database, conversation: uuid.UUID) -> list[tuple[str, str]]:
    async with database.session() as session:
        messages = await conversations.transcript(session, conversation)
    return [(message.sender, message.text) for message in messages]


async def incoming(database: Database, conversation: uuid.UUID) -> list[Message]:
    async with database.session() as session:
        found = await conversations.transcript(session, conversation)
    return [message for message in found if message.sender == "citizen"]


async def make_due(database: Database) -> None:
    """Lets the waiting time of a postponed message pass."""
    async with database.session() as session:
        await session.execute(update(Message).values(next_attempt_at=dt.datetime.now(dt.UTC)))


async def test_messages_are_answered_in_order(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    first, second = await take(database, conversation, "một", "hai")
    assert await turns.answer(conversation, wait=False)
    async with database.session() as session:
        answered = [await conversations.with_replies(session, taken) for taken in (first, second)]
    assert [[said.text for said in each] for each in answered] == [["một", "re: một"], ["hai", "re: hai"]]
    assert [message["message_id"] for message in rasa.received] == [str(first), str(second)]
    answered = await incoming(database, conversation)
    assert [message.state for message in answered] == [MessageState.ANSWERED] * 2
    understood = {"intent": "echo", "confidence": 1.0, "procedures": ["1.001193"], "expects": None}
    assert answered[0].understanding == understood


async def test_no_message_reaches_the_bot_twice_or_beside_another(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    await take(database, conversation, *(str(number) for number in range(FLOOD)))
    await asyncio.gather(*(turns.answer(conversation, wait=number % 2 == 0) for number in range(8)))
    assert [message["text"] for message in rasa.received] == [str(number) for number in range(FLOOD)]
    assert rasa.most_at_once == 1


async def test_what_may_answer_a_question_of_staff_is_shown_to_them(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    async with database.session() as session:
        new = NewFeedback("report", "Đèn hỏng", conversation_id=str(conversation))
        code = (await file_feedback(session, new)).tracking_code
    await take(database, conversation, "chào em")
    await turns.answer(conversation, wait=False)
    async with database.session() as session:
        assert (await session.execute(select(Handover))).all() == []
        await steps.ask(session, code, Actor(Role.CLERK, "an", "An"), question="Số cột đèn?")
    await take(database, conversation, "cột 15")
    await turns.answer(conversation, wait=False)
    await take(database, conversation, "ngõ 7")
    await turns.answer(conversation, wait=False)
    async with database.session() as session:
        handover = (await session.execute(select(Handover))).scalar_one()
    assert code in handover.reason
    passed_on = ("system", texts.PASSED_ON.format(cases=code))
    rasa.intent = "out_of_scope"
    await take(database, conversation, "thôn Mẫu")
    await turns.answer(conversation, wait=False)
    assert (await said(database, conversation))[-2:] == [("citizen", "thôn Mẫu"), passed_on]
    assert (await said(database, conversation))[-7:-2] == [
        ("citizen", "cột 15"), passed_on, ("bot", "re: cột 15"), ("citizen", "ngõ 7"), ("bot", "re: ngõ 7"),
    ]  # fmt: skip


async def test_conversations_do_not_wait_for_each_other(database: Database, turns: Turns, rasa: ScriptedRasa) -> None:
    ids = []
    for number in range(8):
        async with database.session() as session:
            ids.append((await conversations.start_web(session))[0].id)
        await take(database, ids[-1], str(number))
    await asyncio.gather(*(turns.answer(conversation, wait=False) for conversation in ids))
    assert rasa.most_at_once > 1


@pytest.mark.parametrize("failure", ["error", "empty", "garbage", "slow"])
async def test_a_failing_bot_loses_nothing_and_the_citizen_is_told_once(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID, failure: str
) -> None:
    rasa.failure = failure
    await take(database, conversation, "một", "hai")
    for _ in range(2):
        await turns.answer(conversation, wait=False)
        await make_due(database)
    assert await said(database, conversation) == [("citizen", "một"), ("citizen", "hai"), ("system", texts.DELAYED)]
    rasa.failure = None
    await turns.answer(conversation, wait=False)
    assert (await said(database, conversation))[-2:] == [("bot", "re: một"), ("bot", "re: hai")]


async def test_a_postponed_message_waits_for_its_time(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    rasa.failure = "error"
    await take(database, conversation, "một")
    for _ in range(3):
        assert await turns.answer(conversation, wait=False)
    assert len(rasa.received) == 1
    async with database.session() as session:
        jobs = (await session.execute(text("SELECT task_name, scheduled_at > now() FROM procrastinate_jobs"))).all()
    assert [tuple(job) for job in jobs] == [(texts.ANSWER, True)]


async def test_after_the_last_attempt_staff_get_the_conversation(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    rasa.failure = "error"
    await take(database, conversation, "một")
    for _ in range(MAX_ATTEMPTS):
        await turns.answer(conversation, wait=False)
        await make_due(database)
    assert [message.state for message in await incoming(database, conversation)] == [MessageState.FAILED]
    assert (await said(database, conversation))[-1] == ("system", texts.GIVEN_UP)
    async with database.session() as session:
        assert (await session.get_one(Conversation, conversation)).status == ConversationStatus.WAITING


async def test_a_flood_is_kept_and_answered_together(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    await take(database, conversation, *(str(number) for number in range(2500)))
    await turns.answer(conversation, wait=False)
    assert rasa.received == []
    assert {message.state for message in await incoming(database, conversation)} == {MessageState.SKIPPED}
    assert [entry for entry in await said(database, conversation) if entry[0] != "citizen"] == [
        ("system", texts.TOO_MANY)
    ]


@pytest.mark.parametrize(
    ("sent", "answer"), [("a" * 4001, texts.TOO_LONG), ("  \n ", texts.UNREADABLE), ("///", texts.UNREADABLE)]
)
async def test_what_the_bot_cannot_read_is_answered_without_it(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID, sent: str, answer: str
) -> None:
    await take(database, conversation, sent)
    await turns.answer(conversation, wait=False)
    assert (await said(database, conversation))[-1] == ("system", answer)
    assert rasa.received == []


async def test_typed_text_never_passes_for_a_button(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    await take(database, conversation, '/choose_procedure{"procedure": "1.001193"}')
    await take(database, conversation, "Có", payload="/affirm")
    await turns.answer(conversation, wait=False)
    sent = [message["text"] for message in rasa.received]
    assert sent == ['choose_procedure{"procedure": "1.001193"}', "/affirm"]


async def test_files_go_along_with_the_message(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    (message,) = await take(database, conversation, "")
    async with database.session() as session:
        place = NewAttachment("location", {"latitude": 10.5, "longitude": 106.5})
        attachment = await attachments.announce(session, conversation, message, place)
    await turns.answer(conversation, wait=False)
    assert rasa.received[0]["text"] == ""
    assert rasa.received[0]["metadata"]["attachments"] == [{"id": str(attachment.id), "content_type": "", "name": ""}]


async def test_staff_who_took_over_silence_the_bot(
    database: Database, turns: Turns, rasa: ScriptedRasa, conversation: uuid.UUID
) -> None:
    async with database.session() as session:
        (await session.get_one(Conversation, conversation)).status = ConversationStatus.PERSON
    await take(database, conversation, "alo")
    await turns.answer(conversation, wait=False)
    assert rasa.received == []
    assert await said(database, conversation) == [("citizen", "alo")]


async def test_replies_on_an_outside_channel_go_into_the_outbox(database: Database, turns: Turns) -> None:
    async with database.session() as session:
        conversation = (await conversations.of_channel_user(session, "telegram", "900")).id
    await take(database, conversation, "một", "hai")
    await turns.answer(conversation, wait=False)
    async with database.session() as session:
        rows = (await session.execute(select(Message.text).join(Delivery).order_by(Delivery.id))).scalars().all()
        job = (await session.execute(text("SELECT task_name FROM procrastinate_jobs LIMIT 1"))).scalar_one()
    assert list(rows) == ["re: một", "re: hai"]
    assert job == outbox.DELIVER
