from __future__ import annotations

import uuid

from sqlalchemy import select

from records import calls
from records.feedback import answers, steps
from records.models import Conversation
from records.staff import call_backs
from tests.records.feedback.conftest import AN, Office


async def whole_life(office: Office, code: str) -> None:
    await office.take(steps.accept, code, AN)
    await office.take(steps.forward, code, AN, "Công ty Chiếu sáng Mẫu")
    await office.take(steps.accept_forward, code, AN)
    await office.take(answers.answer, code, AN, "Đã thay bóng đèn.")
    await office.take(answers.close, code, AN)


async def test_every_step_is_told_once_on_the_own_channel(office: Office) -> None:
    code = await office.file()
    await whole_life(office, code)
    heard = await office.heard(code)
    assert len(heard) == 5
    for text, word in zip(heard, ["thụ lý", "chuyển đến", "tiếp nhận", "Đã thay bóng đèn.", "kết thúc"], strict=True):
        assert word in text
        assert f"/theo-doi/{code}" in text
    assert await office.posted(code) == 5
    messages = [event.details.get("messages") for event in await office.events(code)]
    assert messages == [None, *([message.id] for message in await office.messages(code))]


async def test_on_the_web_the_conversation_itself_is_the_channel(office: Office) -> None:
    code = await office.file(channel="web")
    await whole_life(office, code)
    assert len(await office.heard(code)) == 5
    assert await office.posted(code) == 0


async def test_callers_and_anonymous_cases_follow_on_the_page(office: Office) -> None:
    caller, without = await office.file(channel="voice"), await office.file(channel=None)
    for code in (caller, without):
        await whole_life(office, code)
        assert await office.posted(code) == 0
    async with office.database.session() as session:
        assert (await session.execute(select(Conversation.channel))).scalars().all() == ["voice"]


async def test_callers_who_left_a_number_are_called_about_questions_and_answers(office: Office) -> None:
    named = await office.file(channel="voice", contact="0900000011")
    anonymous = await office.file(channel="voice")
    for code in (named, anonymous):
        case, call_id = await office.case(code), uuid.uuid4()
        async with office.database.session() as session:
            await calls.begin(session, call_id, "0900000012")
            await calls.change(session, call_id, conversation_id=case.conversation_id)
        await whole_life(office, code)
    async with office.database.session() as session:
        [(call_back, _, _)] = await call_backs.waiting(session)
    assert call_back.reason == f"Phản ánh {named}: Trả lời. Đã thay bóng đèn."
    assert office.database.vault.decrypt(call_back.phone) == "0900000011"


async def test_the_answer_can_be_rated_or_rejected_with_a_button(office: Office) -> None:
    code = await office.file()
    await whole_life(office, code)
    buttons = (await office.messages(code))[3].buttons
    assert [button["title"] for button in buttons] == ["Đánh giá trả lời", "Chưa giải quyết"]
    assert [button["payload"] for button in buttons] == [
        f'/rate_feedback{{"tracking_code": "{code}"}}',
        f'/not_solved{{"tracking_code": "{code}"}}',
    ]


async def test_a_refusal_can_be_objected_to_with_a_button(office: Office) -> None:
    code = await office.file()
    await office.take(steps.decline, code, AN, reason="không thuộc thẩm quyền")
    [said] = await office.messages(code)
    assert [button["payload"] for button in said.buttons] == [
        f'/not_solved{{"tracking_code": "{code}", "reason": "disagree"}}'
    ]
    assert "đến hết ngày" in said.text


async def test_demonstration_cases_tell_nobody(office: Office) -> None:
    code = await office.file(demonstration=True)
    await whole_life(office, code)
    assert await office.heard(code) == []
