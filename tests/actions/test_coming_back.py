"""What citizens asked about before, and come back to."""

from __future__ import annotations

import pytest

from tests.actions.conftest import Talk
from tests.actions.test_procedures import PASSPORT, REPLACE_CARD


class TestComingBack:
    @pytest.mark.parametrize(
        "back",
        [
            "quay lại cái căn cước hồi nãy, có phải đóng tiền không",
            "cai can cuoc khi nay thi het bao nhieu tien",
            "cái hồi nãy hết bao nhiêu tiền",
        ],
    )
    async def test_a_message_comes_back_to_what_was_told_before(self, talk: Talk, back: str) -> None:
        await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
        before = talk.slots["procedure"]
        await talk.run("action_answer", f"{PASSPORT} cần gì", "ask_documents")

        said = await talk.run("action_answer", back, "ask_fee")

        assert said.messages[-1]["custom"]["procedures"] == [before]
        assert talk.slots["told"][0] == before

    @pytest.mark.parametrize(
        "back", ["còn cái giấy đầu tiên tôi hỏi ấy bao lâu thì xong", "chuyện ông bạn tui hồi đầu mấy ngày"]
    )
    async def test_what_names_none_may_come_back_to_the_first_of_all(self, talk: Talk, back: str) -> None:
        await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
        before = talk.slots["procedure"]
        for later in ("đăng ký kết hôn cần gì", f"{PASSPORT} cần gì"):
            await talk.run("action_answer", later, "ask_documents")

        said = await talk.run("action_answer", back, "ask_time")

        assert said.messages[-1]["custom"]["procedures"] == [before]

    async def test_whatever_the_classifier_makes_of_it(self, talk: Talk) -> None:
        await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
        before = talk.slots["procedure"]
        await talk.run("action_answer", f"{PASSPORT} cần gì", "ask_documents")
        back = "thôi quay lại cái căn cước hồi đầu đó anh nhờ thằng em anh đi làm giùm được không"

        assert (await talk.run("action_unclear", back, confidence=0.3)).messages[-1]["custom"]["procedures"] == [before]
        await talk.run("action_answer", f"{PASSPORT} cần gì", "ask_documents")
        ticked = await talk.run("action_checklist", "cái căn cước hồi nãy mấy hôm thì xong", "checklist", 0.7)
        assert ticked.messages[-1]["custom"]["procedures"] == [before]

    async def test_now_is_not_before(self, talk: Talk) -> None:
        await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
        await talk.run("action_answer", f"{PASSPORT} cần gì", "ask_documents")
        now = talk.slots["procedure"]

        said = await talk.run("action_answer", "lúc này nộp ở đâu", "ask_place")

        assert said.messages[-1]["custom"]["procedures"] == [now]

    async def test_of_several_that_fit_the_one_told_before_is_meant(self, talk: Talk) -> None:
        await talk.run("action_answer", "làm khai sinh cho con cần gì", "ask_documents")
        before = talk.slots["procedure"]
        await talk.run("action_answer", f"{PASSPORT} cần gì", "ask_documents")

        said = await talk.run("action_answer", "còn khai sinh thì nộp ở đâu", "ask_place")

        assert said.messages[-1]["custom"]["procedures"] == [before]


async def test_who_goes_on_about_the_only_one_on_offer_is_not_asked_again(talk: Talk) -> None:
    asked = await talk.run("action_answer", "bà nhà tôi đi Thái du lịch thì sao", "ask_procedure")
    assert "có phải anh/chị cần" in asked.text
    told = await talk.run("action_answer", "ý tôi là bà nhà tôi đi Thái du lịch ấy mà", "ask_procedure")
    assert "có phải anh/chị cần" not in told.text
    assert told.messages[-1]["custom"]["procedures"] == ["1.001456"]
