"""A copy of one's own data as a link, and erasing it by a button under what that means."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, text, update

from records import audit
from records.database import Database
from records.feedback import NewFeedback, file_feedback
from records.models import AuditEntry, Consent, Conversation, Feedback
from records.privacy import consents, export_links, holds
from records.privacy.consents import Purpose
from records.privacy.rights import ERASE
from tests.actions.conftest import Said, Talk

ACTION, INTENT = "action_data_rights", "data_rights"


async def say(talk: Talk, words: str) -> Said:
    return await talk.run(ACTION, words, INTENT)


async def press(talk: Talk, **entities: str) -> Said:
    return await talk.run(ACTION, f"/{INTENT}{{}}", INTENT, 1.0, entities)


async def queued(database: Database) -> list[str]:
    async with database.session() as session:
        wanted = text("SELECT args->>'conversation_id' FROM procrastinate_jobs WHERE task_name = :task")
        return list((await session.execute(wanted, {"task": ERASE})).scalars())


@pytest.mark.parametrize("words", ["tải dữ liệu của tôi", "cho em xin bản sao dữ liệu", "bên em lưu những gì về tôi"])
async def test_a_copy_comes_as_a_link_in_this_conversation(talk: Talk, database: Database, words: str) -> None:
    said = await say(talk, words)
    link = next(word for word in said.text.split() if word.startswith("http"))
    assert export_links.read(database.settings, link.rpartition("/")[2]) == uuid.UUID(talk.id)


async def test_nothing_is_sent_through_the_telephone(talk: Talk, database: Database) -> None:
    async with database.session() as session:
        await session.execute(update(Conversation).values(channel="voice"))
    said = await say(talk, "tải dữ liệu của tôi")
    assert "http" not in said.text
    assert said.payloads == ["/request_person"]


@pytest.mark.parametrize(
    "words", ["xóa dữ liệu của tôi", "xoa het thong tin cua toi di", "đừng lưu tin nhắn của tôi nữa"]
)
async def test_words_alone_erase_nothing(talk: Talk, database: Database, words: str) -> None:
    said = await say(talk, words)
    assert '/data_rights{"field": "erase", "agree": "yes"}' in said.payloads
    assert await queued(database) == []


async def test_what_stays_is_said_before(talk: Talk, database: Database) -> None:
    async with database.session() as session:
        filed = await file_feedback(session, NewFeedback("report", "Đèn hỏng", conversation_id=talk.id))
    assert filed.tracking_code in (await say(talk, "xóa dữ liệu của tôi")).text


async def test_the_button_erases_after_a_while(talk: Talk, database: Database) -> None:
    said = await press(talk, field="erase", agree="yes")
    assert "2 phút" in said.text
    assert await queued(database) == [talk.id]
    async with database.session() as session:
        entry = (await session.execute(select(AuditEntry))).scalar_one()
    assert (entry.action, entry.subject) == ("privacy.erase.ask", f"conversation:{talk.id}")


async def test_a_held_conversation_is_not_erased(talk: Talk, database: Database) -> None:
    async with database.session() as session:
        await holds.place(session, audit.OPERATOR, talk.id, "thanh tra")
    assert "phải giữ lại" in (await press(talk, field="erase", agree="yes")).text
    assert await queued(database) == []


async def test_a_hold_keeps_the_contact_and_the_citizen_is_told(talk: Talk, database: Database) -> None:
    async with database.session() as session:
        await file_feedback(session, NewFeedback("report", "Đèn hỏng", contact="0900000099", conversation_id=talk.id))
        await holds.place(session, audit.OPERATOR, talk.id, "thanh tra")
    assert "chưa bỏ được" in (await press(talk, field="consent", agree="yes")).text
    async with database.session() as session:
        assert (await session.execute(select(Feedback.contact))).scalar_one() is not None


async def test_one_may_think_better_of_it(talk: Talk, database: Database) -> None:
    assert "giữ nguyên" in (await press(talk, field="keep")).text
    assert await queued(database) == []


@pytest.mark.parametrize("words", ["quyền riêng tư của tôi thế nào", "sửa thông tin cá nhân hệ thống đang giữ"])
async def test_anything_else_is_offered_the_choice(talk: Talk, words: str) -> None:
    said = await say(talk, words)
    assert said.payloads == ['/data_rights{"field": "copy"}', '/data_rights{"field": "erase"}', "/request_person"]


async def in_force(database: Database) -> list[tuple[str, str]]:
    async with database.session() as session:
        wanted = select(Consent).where(Consent.withdrawn_at.is_(None)).order_by(Consent.id)
        return [(one.purpose, one.wording) for one in (await session.execute(wanted)).scalars()]


async def test_consent_is_kept_with_its_wording_and_can_be_withdrawn(talk: Talk, database: Database) -> None:
    async with database.session() as session:
        new = NewFeedback("report", "Đèn hỏng", contact="0900000099", conversation_id=talk.id)
        filed = await file_feedback(session, new)
        await consents.give(session, uuid.UUID(talk.id), Purpose.CONTACT)
        await consents.give(session, uuid.UUID(talk.id), Purpose.CONTACT)
    case = {"tracking_code": filed.tracking_code}
    await talk.run("action_publish_feedback", "/publish_feedback{}", "publish_feedback", 1.0, case | {"agree": "yes"})
    version = consents.wording(Purpose.CONTACT).version
    assert await in_force(database) == [("contact", version), ("publication", version)]
    await talk.run("action_publish_feedback", "/publish_feedback{}", "publish_feedback", 1.0, case | {"agree": "no"})
    assert await in_force(database) == [("contact", version)]

    said = await say(talk, "tôi rút lại sự đồng ý")
    assert said.payloads[0] == '/data_rights{"field": "consent", "agree": "yes"}'
    assert await in_force(database) == [("contact", version)]
    await press(talk, field="consent", agree="yes")
    assert await in_force(database) == []
    async with database.session() as session:
        kept = (await session.execute(select(Feedback))).scalar_one()
    assert (kept.contact, kept.contact_hash, kept.public_consent) == (None, None, False)
