"""Asking what became of a report."""

from __future__ import annotations

import re

import pytest

from tests.actions.conftest import Talk
from tests.actions.reports import FILLED, answered


class TestAStoryTakenForAnOldReport:
    STORY = "gần nhà có cái xưởng gỗ mở ra cưa xẻ suốt ngày, bụi bay đầy nhà, nói mấy lần họ không nghe"

    async def test_it_begins_a_report(self, talk: Talk) -> None:
        said = await talk.run("validate_feedback_status_form", self.STORY, "feedback_status", 0.66)

        assert [event["name"] for event in said.events] == [None, "feedback_form"]

    @pytest.mark.parametrize(
        ("text", "confidence"),
        [
            (STORY, 0.8),
            (STORY + ", tôi đã phản ánh rồi", 0.66),
            (STORY + ", có ai xuống coi chưa", 0.66),
            ("cái xưởng gỗ cưa xẻ suốt ngày", 0.66),
        ],
    )
    async def test_what_may_be_one_asks_for_its_code(self, talk: Talk, text: str, confidence: float) -> None:
        said = await talk.run("validate_feedback_status_form", text, "feedback_status", confidence)

        assert "mã phản ánh" in said.text


class TestStatus:
    async def test_the_code_tells_state_and_due_date(self, talk: Talk) -> None:
        await answered(talk, *FILLED, "gửi")
        receipt = (await talk.run("action_end_feedback", "gửi")).text
        code = re.search(r"PA-\w{4}-\w{4}", receipt)
        assert code
        await talk.run("validate_feedback_status_form", code.group(), entities={"tracking_code": code.group()})
        said = await talk.run("action_feedback_status")

        assert "Đã tiếp nhận" in said.text
        assert "Đèn đường" not in said.text

    async def test_an_unknown_code_is_told(self, talk: Talk) -> None:
        talk.slots["tracking_code"] = "PA-0000-0000"
        said = await talk.run("action_feedback_status")

        assert "không tìm thấy" in said.text
