"""What sends a report that was read back, and what does not."""

from __future__ import annotations

import pytest

from actions.feedback_sending import says_yes, sends


@pytest.mark.parametrize(
    "text",
    [
        "hình thì không có mô, máy hết pin suốt, gửi rứa thôi",
        "không có hình gửi rứa thôi",
        "gửi vậy nghen",
        "thôi gửi như vậy đi",
        "gui luon di ad",
        "thế gửi trước phần chữ đi",
        "cho tui gửi luôn đi",
        "gửi giùm bác cái nhé",
        "ừ đúng rồi đấy cháu, gửi cho bà nhé",
    ],
)
def test_it_is_sent(text: str) -> None:
    assert sends(text)


@pytest.mark.parametrize(
    "text",
    [
        "chưa gửi",
        "chưa muốn gửi đi",
        "gửi sau",
        "gửi sau đi",
        "khoan gửi",
        "khoan gửi đi đã",
        "chờ lát rồi gửi đi",
        "để mai gửi giùm",
        "đừng gửi vậy nha",
        "thôi khỏi gửi luôn đi",
        "gửi rứa được không hè",
        "gửi mấy ngày có trả lời",
        "gửi giùm thì mấy bữa có trả lời",
        "gửi đi, mà sửa lại số điện thoại giúp tôi",
    ],
)
def test_it_is_not_sent(text: str) -> None:
    assert not sends(text)


@pytest.mark.parametrize("text", ["rồi, đúng rồi đó", "ừa", "ừ rồi đó em"])
def test_a_yes_in_the_words_of_every_region(text: str) -> None:
    assert says_yes(text)
