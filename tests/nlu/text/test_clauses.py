"""Where one message may end and another begin."""

from __future__ import annotations

import pytest

from nlu.text.clauses import clauses, story_parts

PARTS = {
    "đèn đường hỏng ở ngõ 5, với lại làm hộ chiếu bao nhiêu tiền?": [
        "đèn đường hỏng ở ngõ 5",
        "làm hộ chiếu bao nhiêu tiền",
    ],
    "Làm hộ chiếu cần gì? Đổi bằng lái mất mấy ngày?": ["Làm hộ chiếu cần gì", "Đổi bằng lái mất mấy ngày"],
    "den duong hong, nhan tien cho em hoi lam can cuoc": ["den duong hong", "cho em hoi lam can cuoc"],
    "bác muốn làm hộ chiếu, với cả báo cái nắp cống bị vỡ": ["bác muốn làm hộ chiếu", "báo cái nắp cống bị vỡ"],
    "mất ví có bằng lái xe với cả cà vẹt xe": ["mất ví có bằng lái xe với cả cà vẹt xe"],
    "mã 1.004222 lệ phí bao nhiêu": ["mã 1.004222 lệ phí bao nhiêu"],
    "làm căn cước": ["làm căn cước"],
    "": [],
    "?!": [],
}


@pytest.mark.parametrize(("text", "parts"), PARTS.items())
def test_a_message_falls_into_its_parts(text: str, parts: list[str]) -> None:
    assert [clause.text for clause in clauses(text)] == parts


def test_what_was_added_and_what_asks_is_marked() -> None:
    first, second = clauses("Làm hộ chiếu cần gì? Ngoài ra em muốn phản ánh đèn hỏng")

    assert (first.added, first.asks) == (False, True)
    assert (second.added, second.asks) == (True, False)


STORIES = {
    "ba em mới mất, giờ mẹ em muốn sang tên đất mà giấy tờ mang tên ba": [
        "ba em mới mất",
        "giờ mẹ em muốn sang tên đất",
        "mà giấy tờ mang tên ba",
    ],
    "me em gia roi gio quen het": ["me em gia", "roi", "gio quen het"],
    "làm căn cước": ["làm căn cước"],
    "?!": [],
}


@pytest.mark.parametrize(("text", "parts"), STORIES.items())
def test_a_story_falls_into_the_parts_that_it_is_told_in(text: str, parts: list[str]) -> None:
    assert story_parts(text) == parts
