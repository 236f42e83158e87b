from __future__ import annotations

from sqlalchemy import select

from records.feedback import answers, steps
from records.models import Conversation
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


async def test_the_answer_can_be_rated_or_rejected_with_a_button(office: Office) -> None:
    code = await office.file()
    await whole_life(office, code)
    buttons = (await office.messages(code))[3].buttons
    assert [button["title"] for button in buttons] == ["Đánh giá trả lời", "Chưa giải quyết"]
    assert [button["payload"] for button in buttons] == [
        f'/rate_feedback{{"tracking_code": "{code}"}}',
        f'/not_solved{{"tracking_code": "{code}"}}',
    ]


async def test_demonstration_cases_tell_nobody(office: Office) -> None:
    code = await office.file(demonstration=True)
    await whole_life(office, code)
    assert await office.heard(code) == []
