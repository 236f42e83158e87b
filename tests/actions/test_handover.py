"""A person: the queue by day, a message by night, and distress."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.server import actions
from knowledge.search import Knowledge
from records.calendar import TIME_ZONE, Calendar
from records.database import Database
from records.models import Conversation, ConversationStatus, Handover
from tests.actions.conftest import OPEN, Talk


@pytest.fixture
def closed(tmp_path: Path) -> Calendar:
    """An office that is open on one other day of the week only."""
    day = (dt.datetime.now(TIME_ZONE) + dt.timedelta(days=3)).strftime("%A").lower()
    file = tmp_path / "calendar.yml"
    file.write_text(f'hours: {{{day}: ["08:00-11:00"]}}\n')
    return Calendar.read(file)


@pytest.fixture
def night(talk: Talk, knowledge: Knowledge, database: Database, closed: Calendar) -> Talk:
    return Talk({action.name(): action for action in actions(knowledge, database, closed)}, talk.id)


async def test_the_place_in_the_queue_is_told(talk: Talk, database: Database) -> None:
    other = uuid.uuid4()
    async with database.session() as session:
        session.add(Conversation(id=other, channel="web"))
        session.add(Handover(conversation_id=other, reason="x"))

    said = await talk.run("action_request_person", "cho gặp cán bộ", "request_person")

    assert "trước anh/chị còn 1 người" in said.text


async def test_the_usual_wait_is_told(talk: Talk, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "calendar", OPEN)
    now, other = dt.datetime.now(dt.UTC), uuid.uuid4()
    async with database.session() as session:
        session.add(Conversation(id=other, channel="web"))
        session.add(Handover(conversation_id=other, reason="x", asked_at=now - dt.timedelta(minutes=12), taken_at=now))

    said = await talk.run("action_wait", "bao lâu nữa có người", "ask_wait")

    assert "Anh/chị đang ở đầu hàng chờ" in said.text
    assert "12 phút" in said.text


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("thôi khỏi gặp cán bộ nữa", "action_stop"),
        ("không cần nói chuyện với cán bộ nữa", "action_request_person"),
        ("toi khong doi nua", "action_stop"),
        ("à cháu nó về rồi, khỏi gặp nữa con", "action_say"),
    ],
)
async def test_who_needs_no_person_any_more_leaves_the_queue(talk: Talk, text: str, action: str) -> None:
    asked = await talk.run("action_request_person", "cho gặp cán bộ", "request_person")
    left = await talk.run(action, text, "goodbye" if action == "action_say" else action.removeprefix("action_"))
    stopped = await talk.run("action_stop", "thôi", "stop")

    assert asked.payloads == ['/stop{"field": "person"}']
    assert "đã rút yêu cầu gặp cán bộ" in left.text
    assert "không có việc nào đang làm dở" in stopped.text


async def test_the_button_under_the_place_leaves_the_queue(talk: Talk) -> None:
    asked = await talk.run("action_wait", "tới lượt em chưa", "ask_wait")
    left = await talk.run("action_stop", asked.payloads[0], "stop", entities={"field": "person"})

    assert "đã rút yêu cầu gặp cán bộ" in left.text


@pytest.mark.parametrize("text", ["thôi", "không gặp được cán bộ à", "/stop"])
async def test_a_mere_stop_keeps_the_place(talk: Talk, text: str) -> None:
    await talk.run("action_request_person", "cho gặp cán bộ", "request_person")
    stopped = await talk.run("action_stop", text, "stop")
    asked = await talk.run("action_wait", "tới lượt em chưa", "ask_wait")

    assert "vẫn đang chờ gặp cán bộ" in stopped.text
    assert "đầu hàng chờ" in asked.text


async def test_who_does_not_wait_is_not_queued_for_what_search_answers(talk: Talk) -> None:
    asked = "bực lắm rồi đấy nhé! tôi làm lại thẻ căn cước bị mất mà hỏi thì cứ hứa lần hứa lượt. giờ kêu ai???"
    said = await talk.run("action_wait", asked, "ask_wait", 0.52)

    assert said.messages[-1]["custom"]["procedures"]
    assert "hàng chờ" not in said.text


async def test_how_long_right_after_the_queue_means_the_wait(talk: Talk) -> None:
    await talk.run("action_request_person", "cho gặp cán bộ", "request_person")
    said = await talk.run("action_answer", "chờ bao lâu", "ask_time")

    assert "đầu hàng chờ" in said.text


async def test_outside_the_hours_a_message_is_taken(night: Talk, database: Database) -> None:
    asked = await night.run("action_request_person", "cho gặp cán bộ", "request_person")
    assert asked.events == [{"event": "followup", "timestamp": None, "name": "message_form"}]

    question = await night.run("validate_message_form", "cho gặp cán bộ", "request_person")
    assert "ngoài giờ làm việc" in question.text
    assert "8 giờ 00" in question.text

    night.slots["requested_slot"] = "left_message"
    await night.run("validate_message_form", "tôi cần hỏi về sổ đỏ, gọi lại 0900000011 giúp tôi")
    said = await night.run("action_end_message", "")

    assert "giữ lời nhắn" in said.text
    assert night.slots["left_message"] is None
    async with database.session() as session:
        kept = (await session.execute(select(Handover))).scalar_one()
        conversation = await session.get_one(Conversation, uuid.UUID(night.id))
    assert kept.reason == "Công dân đã để lại lời nhắn"
    assert conversation.status == ConversationStatus.WAITING


async def test_the_message_can_be_left_out(night: Talk, database: Database) -> None:
    await night.run("action_request_person", "cho gặp cán bộ", "request_person")
    await night.run("validate_message_form", "cho gặp cán bộ", "request_person")
    night.slots["requested_slot"] = "left_message"
    stopped = await night.run("validate_message_form", "thôi", "stop")

    assert {"event": "active_loop", "timestamp": None, "name": None} in stopped.events
    async with database.session() as session:
        assert (await session.execute(select(Handover.reason))).scalar_one() == "Công dân đề nghị gặp cán bộ"


@pytest.mark.parametrize(
    "text", ["tôi tuyệt vọng quá", "em lo quá, không biết phải làm sao nữa", "xin giúp gia đình tôi"]
)
async def test_distress_is_heard(talk: Talk, text: str) -> None:
    said = await talk.run("action_unclear", text)

    assert "em hiểu anh/chị đang rất lo" in said.text
    assert "hàng chờ" in said.text


async def test_a_question_is_no_distress(talk: Talk) -> None:
    said = await talk.run("action_answer", "làm lại thẻ căn cước bị mất lệ phí bao nhiêu", "ask_fee")

    assert "hàng chờ" not in said.text
