from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from records import attachments, audit, calls, conversations, outbox
from records.attachments import NewAttachment
from records.conversations import NewMessage
from records.database import Database
from records.feedback import answers, steps
from records.feedback.filing import NewFeedback, file_feedback
from records.feedback.life import Actor, Role
from records.models import (
    Attachment,
    Call,
    Conversation,
    ConversationNote,
    Feedback,
    Message,
    StaffMember,
    Verification,
)
from records.privacy import holds, retention
from records.privacy.rights import erase, own_data, withdraw_consent
from records.recordings import Recording, recording_path

CLERK = audit.Somebody("clerk", "7", "Lan")
PHONE = "0900000099"


async def pdf() -> AsyncIterator[bytes]:
    yield b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
async def citizen(database: Database) -> uuid.UUID:
    """Somebody on Telegram who wrote, sent two files, and filed a case with one of them."""
    async with database.session() as session:
        conversation = await conversations.of_channel_user(session, "telegram", "5000000099")
        message, _ = await conversations.take(session, conversation.id, NewMessage(f"số tôi {PHONE}", None, "m1"))
        reply = await conversations.say(session, conversation.id, "bot", "Dạ", in_reply_to=message.id)
        await outbox.post(session, reply)
        kept = await attachments.upload(session, conversation.id, "a.pdf", pdf())
        await attachments.upload(session, conversation.id, "b.pdf", pdf())
        case = NewFeedback("report", "hỏng đèn", contact=PHONE, attachment_ids=[str(kept.id)],
                           conversation_id=str(conversation.id), message_id=str(message.id))  # fmt: skip
        await file_feedback(session, case)
        return conversation.id


async def close_case(database: Database, at: dt.datetime | None = None) -> None:
    async with database.session() as session:
        await session.execute(update(Feedback).values(state="closed", closed_at=at or dt.datetime.now(dt.UTC)))


async def test_own_data_is_all_of_it_and_readable(database: Database, citizen: uuid.UUID) -> None:
    async with database.session() as session:
        data = await own_data(session, citizen)
    assert [row["text"] for row in data["messages"]] == [f"số tôi {PHONE}", "Dạ"]
    assert data["feedback"][0]["contact"] == PHONE
    assert data["conversations"][0]["channel_user"] == "5000000099"
    assert len(data["attachments"]) == 2
    assert "contact_hash" not in json.dumps(data)


async def test_own_data_holds_the_rating_and_nothing_of_staff(database: Database, citizen: uuid.UUID) -> None:
    clerk, lead = Actor(Role.CLERK, "an", "Nguyễn An"), Actor(Role.LEAD, "chi", "Lê Chi")
    async with database.session() as session:
        code = (await session.execute(select(Feedback.tracking_code))).scalar_one()
        await steps.claim(session, code, clerk)
        await steps.accept(session, code, clerk)
        await answers.answer(session, code, lead, "Đã thay.")
        await answers.rate(session, code, 2, ["slow"])
        (await session.execute(select(Feedback))).scalar_one().proposed_answer = {"text": "bản thảo", "name": "An"}
    async with database.session() as session:
        data = await own_data(session, citizen)
    assert [(row["score"], row["reasons"]) for row in data["feedback_ratings"]] == [(2, ["slow"])]
    everything = json.dumps(data, ensure_ascii=False)
    assert ("Nguyễn An" in everything, "bản thảo" in everything) == (False, False)


async def test_erasing_leaves_only_what_an_agency_has_to_answer(database: Database, citizen: uuid.UUID) -> None:
    async with database.session() as session:
        files = (await session.execute(select(Attachment))).scalars().all()
        outcome = await erase(session, citizen, CLERK, "theo yêu cầu")
    assert outcome.rows["messages"] == 2
    async with database.session() as session:
        assert set(await own_data(session, citizen)) == {"attachments", "conversations"}
        assert (await session.execute(select(Message))).all() == []
        conversation = await session.get_one(Conversation, citizen)
        case = (await session.execute(select(Feedback))).scalar_one()
        (left,) = (await session.execute(select(Attachment))).scalars()
        assert (conversation.channel_user, conversation.token_hash) == (None, None)
        assert (case.conversation_id, left.feedback_id) == (None, case.id)
        assert database.vault.decrypt(case.contact or b"") == PHONE
        gone = next(file for file in files if file.id != left.id)
        with pytest.raises(FileNotFoundError):
            [block async for block in attachments.read(session, gone)]
        assert [block async for block in attachments.read(session, left)]
        (entry,) = await audit.entries_of(session, f"conversation:{citizen}")
        assert (entry.action, entry.actor_id) == ("privacy.erase", "7")


async def test_a_closed_case_loses_its_contact(database: Database, citizen: uuid.UUID) -> None:
    await close_case(database)
    async with database.session() as session:
        await erase(session, citizen, CLERK, "")
    async with database.session() as session:
        case = (await session.execute(select(Feedback))).scalar_one()
    assert (case.contact, case.contact_hash) == (None, None)


async def test_a_citizen_who_comes_back_begins_anew(database: Database, citizen: uuid.UUID) -> None:
    async with database.session() as session:
        await erase(session, citizen, CLERK, "")
        again = await conversations.of_channel_user(session, "telegram", "5000000099")
    assert again.id != citizen


@pytest.fixture
async def call(database: Database) -> uuid.UUID:
    """A recorded call of somebody who was promised to be called back."""
    call_id = uuid.uuid4()
    async with database.session() as session:
        conversation, _ = await conversations.start_web(session)
        await calls.begin(session, call_id, PHONE)
        await calls.change(session, call_id, conversation_id=conversation.id, recorded=True)
        hours = calls.next_hours(database.calendar, dt.datetime.now(dt.UTC))
        await calls.promise(session, call_id, "hồ sơ", hours)
    recording = Recording(recording_path(database.settings, call_id), database.vault)
    recording.add(bytes(400))
    recording.close()
    return call_id


async def test_a_call_is_part_of_it_with_its_number_and_its_recording(database: Database, call: uuid.UUID) -> None:
    async with database.session() as session:
        conversation = (await session.get_one(Call, call)).conversation_id
        assert conversation is not None
        data = await own_data(session, conversation)
        assert (data["calls"][0]["caller"], data["call_backs"][0]["phone"]) == (PHONE, PHONE)
        await erase(session, conversation, CLERK, "")
    async with database.session() as session:
        assert set(await own_data(session, conversation)) == {"conversations"}
        assert await session.get(Call, call) is None
    assert not recording_path(database.settings, call).exists()


async def test_notes_of_staff_are_not_told_but_erased(database: Database, citizen: uuid.UUID) -> None:
    async with database.session() as session:
        member = StaffMember(login="lan", name="Lan", roles=[], password_hash=None)
        session.add(member)
        await session.flush()
        session.add(ConversationNote(conversation_id=citizen, staff_id=member.id, text="nhờ gọi lại"))
    async with database.session() as session:
        assert "nhờ gọi lại" not in json.dumps(await own_data(session, citizen))
        assert (await erase(session, citizen, CLERK, "")).rows["conversation_notes"] == 1


@pytest.mark.parametrize("what", ["case", "conversation"])
async def test_a_hold_forbids_erasing_until_it_is_lifted(database: Database, citizen: uuid.UUID, what: str) -> None:
    async with database.session() as session:
        code = (await session.execute(select(Feedback.tracking_code))).scalar_one()
        name = code if what == "case" else str(citizen)
        await holds.place(session, CLERK, name, "thanh tra")
        with pytest.raises(ValueError, match="held already"):
            await holds.place(session, CLERK, name, "thanh tra")
        assert (await erase(session, citizen, CLERK, "")).held
    async with database.session() as session:
        assert await session.scalar(select(Message.id).limit(1)) is not None
        assert len(await holds.in_force(session)) == 1
        await holds.lift(session, CLERK, name, "xong")
        assert not (await erase(session, citizen, CLERK, "")).held


TERMS = {
    "conversations": 30,
    "calls": 20,
    "feedback_contacts": 10,
    "verifications": 5,
    "voice_notes": 15,
    "recorded_calls": 25,
    "voice_mails": 25,
    "trial_runs": 12,
}


async def aged(database: Database, days: int) -> None:
    async with database.session() as session:
        for table in ("messages", "conversations"):
            await session.execute(text(f"UPDATE {table} SET created_at = created_at - interval '{days} days'"))


async def run(database: Database) -> dict[str, int]:
    return await retention.apply(database, TERMS, database.settings.url("postgres"))


async def test_retention_ends_what_is_beyond_its_term(database: Database, citizen: uuid.UUID) -> None:
    await close_case(database, dt.datetime.now(dt.UTC) - dt.timedelta(days=11))
    await aged(database, 31)
    async with database.session() as session:
        due = {one.kind: one.rows for one in await retention.preview(session, TERMS)}
    assert due == dict.fromkeys(TERMS, 0) | {"conversations": 1, "feedback_contacts": 1}
    done = await run(database)
    assert done["conversations"] == 1
    assert await run(database) == dict.fromkeys(TERMS, 0)


async def test_a_call_without_a_conversation_ends_by_itself(database: Database, call: uuid.UUID) -> None:
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=21)
    async with database.session() as session:
        await calls.change(session, call, conversation_id=None, started_at=long_ago)
    assert (await run(database))["calls"] == 1
    assert not recording_path(database.settings, call).exists()


async def test_a_voice_note_goes_and_what_was_heard_in_it_stays(database: Database, citizen: uuid.UUID) -> None:
    async def content() -> AsyncGenerator[bytes]:
        yield b"OggS" + bytes(200)

    async with database.session() as session:
        message, _ = await conversations.take(session, citizen, NewMessage("làm khai sinh"))
        note = await attachments.announce(session, citizen, message.id, NewAttachment("audio", {"file_id": "x"}))
        await attachments.fill(session, note, content())
    assert await run(database) == dict.fromkeys(TERMS, 0)
    async with database.session() as session:
        (await session.get_one(Attachment, note.id)).created_at -= dt.timedelta(days=16)
        await holds.place(session, CLERK, str(citizen), "thanh tra")
    assert (await run(database))["voice_notes"] == 0
    async with database.session() as session:
        await holds.lift(session, CLERK, str(citizen), "xong")
    assert (await run(database))["voice_notes"] == 1
    async with database.session() as session:
        assert (await session.get_one(Message, message.id)).text == "làm khai sinh"
        with pytest.raises(FileNotFoundError):
            await anext(attachments.read(session, note))


async def test_retention_leaves_the_young_the_open_and_the_held(database: Database, citizen: uuid.UUID) -> None:
    assert await run(database) == dict.fromkeys(TERMS, 0)
    await aged(database, 31)
    assert (await run(database))["conversations"] == 0, "its case is open"
    await close_case(database, dt.datetime.now(dt.UTC) - dt.timedelta(days=11))
    async with database.session() as session:
        code = (await session.execute(select(Feedback.tracking_code))).scalar_one()
        await holds.place(session, CLERK, code, "thanh tra")
    assert await run(database) == dict.fromkeys(TERMS, 0)


async def test_a_held_conversation_keeps_contacts_attempts_and_recordings(
    database: Database, citizen: uuid.UUID, call: uuid.UUID
) -> None:
    await close_case(database, dt.datetime.now(dt.UTC) - dt.timedelta(days=11))
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=100)
    async with database.session() as session:
        session.add(Verification(code_digest=b"x", conversation_id=citizen, succeeded=False, at=long_ago))
        await calls.change(session, call, conversation_id=citizen, started_at=long_ago)
        await holds.place(session, CLERK, str(citizen), "thanh tra")
    assert await run(database) == dict.fromkeys(TERMS, 0)
    async with database.session() as session:
        assert await calls.forget_recordings(session, dt.datetime.now(dt.UTC)) == 0
        assert not await withdraw_consent(session, citizen)
    async with database.session() as session:
        case = (await session.execute(select(Feedback))).scalar_one()
        assert database.vault.decrypt(case.contact or b"") == PHONE
        await holds.lift(session, CLERK, str(citizen), "xong")
    done = await run(database)
    assert (done["feedback_contacts"], done["verifications"]) == (1, 1)


def test_terms_are_checked(database: Database, tmp_path: Path) -> None:
    assert set(retention.read_terms(database.settings.retention)) == set(retention.KINDS)
    path = tmp_path / "terms.yml"
    path.write_text("\n".join(f"{kind}: {int(kind != 'conversations')}" for kind in TERMS))
    with pytest.raises(ValueError, match="conversations"):
        retention.read_terms(path)
    path.write_text("conversations: 1\n")
    with pytest.raises(ValueError, match="exactly"):
        retention.read_terms(path)
