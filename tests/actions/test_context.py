"""Which procedure a message in the middle of a talk is about."""

from __future__ import annotations

import pytest

from tests.actions.conftest import Talk

BIRTH, MARRIAGE, SINGLE, DEATH = "1.001193", "1.000894", "1.004873", "1.000656"


async def about(talk: Talk, before: str, text: str, intent: str, action: str = "action_answer") -> str:
    """The procedure that is talked of after ``text``, which follows an answer about ``before``."""
    await talk.run("action_answer", before, "ask_documents")
    said = await talk.run(action, text, intent)
    return said.messages[-1]["custom"]["procedures"][0]


@pytest.mark.parametrize(
    ("before", "text", "intent", "code"),
    [
        (
            "khai tử cần gì",
            "mà đem giấy gì theo hả cháu, có tấm bằng treo trên vách mối nó ăn mất",
            "ask_documents",
            DEATH,
        ),
        ("xin giấy độc thân cần gì", "bao lâu thì lấy được, tôi đang vội lắm", "ask_time", SINGLE),
        ("đăng ký kết hôn cần gì", "ok and how much is the lệ phí", "ask_fee", MARRIAGE),
        ("đăng ký khai sinh cần gì", "vậy bỏ trống tên cha được không em", "ask_conditions", BIRTH),
        ("đăng ký kết hôn cần gì", "co phai di kham suc khoe khong, tui manh nhu trau ma", "ask_procedure", MARRIAGE),
    ],
)
async def test_a_talk_stays_with_its_procedure(talk: Talk, before: str, text: str, intent: str, code: str) -> None:
    assert await about(talk, before, text, intent) == code


@pytest.mark.parametrize(
    ("text", "intent", "code"),
    [
        ("em trai tui mới có con, làm giấy khai sinh cho nó có mất phí không", "ask_fee", BIRTH),
        ("còn khai tử cho ông nội thì mấy ngày", "ask_time", DEATH),
        ("à tui mới có em bé, đi khai sinh cho nó thì đem giấy gì", "ask_documents", BIRTH),
    ],
)
async def test_a_talk_leaves_its_procedure_for_what_a_message_names(
    talk: Talk, text: str, intent: str, code: str
) -> None:
    assert await about(talk, "xin giấy độc thân cần gì", text, intent) == code
