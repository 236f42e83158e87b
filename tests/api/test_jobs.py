from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psycopg
import pytest
from sqlalchemy import select, text, update

from api.channels.channel import ChannelDown, ChannelRefused, Incoming, Outgoing, Part
from api.hearing import Hearing
from api.intake import take_from_channel
from api.jobs import Jobs
from api.settings import Settings as ApiSettings
from api.turns import Turns
from records import attachments, audit, conversations, outbox
from records.attachments import NewAttachment
from records.conversations import NewMessage
from records.database import Database
from records.feedback import FeedbackState, NewFeedback, answers, file_feedback, find_feedback, steps
from records.feedback.life import SYSTEM
from records.models import (
    Attachment,
    Conversation,
    Delivery,
    DeliveryState,
    Feedback,
    FeedbackEvent,
    Json,
    Message,
    MessageState,
)
from tests.pictures import png, size_of

PICTURE = png()


class Post:
    """A channel to the outside that takes messages, or fails with what it is given."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.failures: list[Exception] = []
        self.breaks_after: str | None = None
        self.content = PICTURE

    def parts(self, message: Outgoing) -> list[Part]:
        return [Part(line) for line in message.text.splitlines()]

    async def send(self, channel_user: str, part: Part) -> str | None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(part.text)
        if part.text == self.breaks_after:
            self.failures.append(ChannelDown("502"))
        return str(len(self.sent))

    @asynccontextmanager
    async def fetch(self, remote: Json) -> AsyncGenerator[AsyncGenerator[bytes]]:
        if self.failures:
            raise self.failures.pop(0)

        async def blocks() -> AsyncGenerator[bytes]:
            yield self.content

        yield blocks()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def jobs(database: Database, turns: Turns, post: Post) -> Jobs:
    return Jobs(database, turns, {"telegram": post}, Hearing(ApiSettings()))


async def post_texts(database: Database, *texts: str) -> uuid.UUID:
    async with database.session() as session:
        conversation = await conversations.of_channel_user(session, "telegram", "900")
        for said in texts:
            await outbox.post(session, await conversations.say(session, conversation.id, "bot", said))
    return conversation.id


async def states(database: Database) -> list[str]:
    async with database.session() as session:
        return list((await session.execute(select(Delivery.state).order_by(Delivery.id))).scalars())


async def make_due(database: Database) -> None:
    async with database.session() as session:
        await session.execute(update(Delivery).values(next_attempt_at=None))


async def take(database: Database, *, channel_message_id: str, text: str, **attachment: Json) -> bool:
    files = [NewAttachment("image", remote) for remote in attachment.values()]
    async with database.session() as session:
        return await take_from_channel(
            session, "telegram", Incoming("900", NewMessage(text, None, channel_message_id), files)
        )


async def test_delivery_keeps_the_order(database: Database, jobs: Jobs, post: Post) -> None:
    conversation = await post_texts(database, "một", "hai", "ba")
    await jobs.deliver(str(conversation))
    assert post.sent == ["một", "hai", "ba"]
    await jobs.deliver(str(conversation))
    assert post.sent == ["một", "hai", "ba"]


async def test_nothing_overtakes_a_message_that_waits(database: Database, jobs: Jobs, post: Post) -> None:
    conversation = await post_texts(database, "một", "hai")
    post.failures = [ChannelDown("429", dt.timedelta(seconds=7))]
    await jobs.deliver(str(conversation))
    await jobs.deliver(str(conversation))
    assert post.sent == []
    await make_due(database)
    await jobs.deliver(str(conversation))
    assert post.sent == ["một", "hai"]


async def test_parts_that_were_taken_are_not_sent_again(database: Database, jobs: Jobs, post: Post) -> None:
    conversation = await post_texts(database, "một\nhai\nba", "bốn")
    post.breaks_after = "hai"
    await jobs.deliver(str(conversation))
    assert (post.sent, await states(database)) == (["một", "hai"], ["pending", "pending"])
    await make_due(database)
    await jobs.deliver(str(conversation))
    assert (post.sent, await states(database)) == (["một", "hai", "ba", "bốn"], ["sent", "sent"])


async def test_a_message_that_was_in_more_parts_before_holds_nobody_up(
    database: Database, jobs: Jobs, post: Post
) -> None:
    conversation = await post_texts(database, "một")
    async with database.session() as session:
        await session.execute(update(Delivery).values(parts_sent=1))
    await jobs.deliver(str(conversation))
    assert (post.sent, await states(database)) == ([], ["sent"])


async def test_a_refused_message_is_dead_and_the_next_one_goes_on(database: Database, jobs: Jobs, post: Post) -> None:
    conversation = await post_texts(database, "một", "hai")
    post.failures = [ChannelRefused("blocked")]
    await jobs.deliver(str(conversation))
    assert post.sent == ["hai"]
    assert await states(database) == [DeliveryState.DEAD, DeliveryState.SENT]


async def test_a_channel_that_stays_down_is_given_up(database: Database, jobs: Jobs, post: Post) -> None:
    conversation = await post_texts(database, "một")
    post.failures = [ChannelDown("down")] * outbox.MAX_ATTEMPTS
    for _ in range(outbox.MAX_ATTEMPTS):
        await jobs.deliver(str(conversation))
        await make_due(database)
    assert await states(database) == [DeliveryState.DEAD]


async def test_a_channel_that_is_not_set_up_keeps_its_messages(database: Database, turns: Turns) -> None:
    conversation = await post_texts(database, "một")
    await Jobs(database, turns, {}, Hearing(ApiSettings())).deliver(str(conversation))
    assert await states(database) == [DeliveryState.PENDING]


async def test_a_file_of_a_channel_that_is_not_set_up_is_kept(database: Database, turns: Turns) -> None:
    await take(database, channel_message_id="m1", text="", file={"id": "x"})
    async with database.session() as session:
        attachment = (await session.execute(select(Attachment))).scalar_one()
    await Jobs(database, turns, {}, Hearing(ApiSettings())).fetch(str(attachment.id))
    async with database.session() as session:
        kept = await session.get_one(Attachment, attachment.id)
    assert (kept.state, kept.attempts, kept.next_attempt_at is not None) == ("pending", 1, True)


async def test_an_update_is_taken_once(database: Database) -> None:
    assert await take(database, channel_message_id="m1", text="chào") is True
    assert await take(database, channel_message_id="m1", text="chào") is False
    async with database.session() as session:
        assert len((await session.execute(select(Message))).all()) == 1


async def test_a_file_is_brought_in(database: Database, jobs: Jobs) -> None:
    await take(database, channel_message_id="m1", text="", file={"id": "x"})
    async with database.session() as session:
        attachment = (await session.execute(select(Attachment))).scalar_one()
    await jobs.fetch(str(attachment.id))
    async with database.session() as session:
        stored = await session.get_one(Attachment, attachment.id)
        kept = b"".join([block async for block in attachments.read(session, stored)])
    assert (stored.state, stored.content_type, stored.size) == ("stored", "image/png", len(kept))
    assert size_of(kept) == size_of(PICTURE)


@pytest.mark.parametrize("content", [b"", b"MZ" + bytes(200)])
async def test_a_file_that_is_not_taken_is_explained(
    database: Database, jobs: Jobs, post: Post, content: bytes
) -> None:
    post.content = content
    await take(database, channel_message_id="m1", text="", file={"id": "x"})
    async with database.session() as session:
        attachment = (await session.execute(select(Attachment))).scalar_one()
    await jobs.fetch(str(attachment.id))
    async with database.session() as session:
        stored = await session.get_one(Attachment, attachment.id)
        assert stored.state == "refused"
        with pytest.raises(FileNotFoundError):
            await anext(attachments.read(session, stored))
    await jobs.deliver(str(attachment.conversation_id))
    assert post.sent[0].startswith("Dạ, em chưa nhận được tệp")


async def test_a_file_that_cannot_be_had_now_is_tried_again_then_given_up(
    database: Database, jobs: Jobs, post: Post
) -> None:
    await take(database, channel_message_id="m1", text="", file={"id": "x"})
    async with database.session() as session:
        attachment = (await session.execute(select(Attachment))).scalar_one()
    post.failures = [ChannelDown("502")] * outbox.MAX_ATTEMPTS
    await jobs.fetch(str(attachment.id))
    async with database.session() as session:
        assert (await session.get_one(Attachment, attachment.id)).state == "pending"
    for _ in range(outbox.MAX_ATTEMPTS - 1):
        await jobs.fetch(str(attachment.id))
    async with database.session() as session:
        assert (await session.get_one(Attachment, attachment.id)).state == "refused"


async def test_a_file_known_to_be_too_large_is_refused_at_once(database: Database, jobs: Jobs, post: Post) -> None:
    async with database.session() as session:
        large = NewAttachment("video", {"id": "x"}, size=attachments.MAX_BYTES + 1)
        await take_from_channel(session, "telegram", Incoming("900", NewMessage("", None, "m1"), [large]))
        attachment = (await session.execute(select(Attachment))).scalar_one()
    await jobs.deliver(str(attachment.conversation_id))
    assert "lớn hơn 20 MB" in post.sent[0]


async def test_the_sweep_takes_up_what_a_dead_process_left(database: Database, jobs: Jobs, post: Post) -> None:
    await take(database, channel_message_id="m1", text="chào")
    async with database.session() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs"))
        await session.execute(update(Message).values(created_at=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)))
    async with jobs.app.open_async():
        await jobs.app.configure_task("sweep").defer_async(timestamp=0)
        for _ in range(2):
            await jobs.app.run_worker_async(wait=False, delete_jobs="always", listen_notify=False)
    async with database.session() as session:
        message = (await session.execute(select(Message).where(Message.sender == "citizen"))).scalar_one()
    assert message.state == MessageState.ANSWERED
    assert post.sent == ["re: chào"]


async def test_the_clock_of_feedback(database: Database, jobs: Jobs) -> None:
    async with database.session() as session:
        late = (await file_feedback(session, NewFeedback("report", "Đèn hỏng"))).tracking_code
        done = (await file_feedback(session, NewFeedback("report", "Rác nhiều"))).tracking_code
        await steps.accept(session, done, SYSTEM)
        await answers.answer(session, done, SYSTEM, "Đã dọn.")
        past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        await session.execute(update(Feedback).values(due_at=past, triage_due_at=None, reopen_until=past))
    for _ in range(2):
        await jobs.watch_feedback(0)
    async with database.session() as session:
        seen = (await find_feedback(session, late), await find_feedback(session, done))
        breaches = (await session.execute(select(FeedbackEvent).where(FeedbackEvent.step == "breach"))).all()
    assert seen[0] is not None
    assert seen[1] is not None
    assert (seen[0].state, seen[1].state, len(breaches)) == (FeedbackState.RECEIVED, FeedbackState.CLOSED, 1)


async def test_a_citizen_who_wished_it_is_erased(database: Database, jobs: Jobs, bot_memory: str) -> None:
    conversation = await post_texts(database, "Dạ")
    with psycopg.connect(bot_memory, autocommit=True) as memory:
        memory.execute("INSERT INTO events VALUES (%s), ('another')", [str(conversation)])
        await jobs.erase(str(conversation))
        assert memory.execute("SELECT sender_id FROM events").fetchall() == [("another",)]
    async with database.session() as session:
        assert (await session.execute(select(Message))).all() == []
        (entry,) = await audit.entries_of(session, f"conversation:{conversation}")
    assert (entry.action, entry.actor_kind, entry.details["rows"]) == (
        "privacy.erase",
        "citizen",
        {"messages": 1, "outbox": 1},
    )


@pytest.mark.usefixtures("bot_memory")
async def test_the_night_ends_what_is_beyond_its_term(database: Database, jobs: Jobs) -> None:
    young, old = await post_texts(database, "Dạ"), uuid.uuid4()
    async with database.session() as session:
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=366)
        session.add(Conversation(id=old, channel="telegram", channel_user="901", created_at=long_ago))
    await jobs.end_retention(0)
    async with database.session() as session:
        users = {one.id: one.channel_user for one in (await session.execute(select(Conversation))).scalars()}
    assert users == {young: "900", old: None}
