"""Which of the offered things is meant."""

from __future__ import annotations

import pytest

from actions.choices import chosen

OPTIONS = (
    "Cấp thẻ căn cước cho người dưới 14 tuổi",
    "Cấp thẻ căn cước cho người từ đủ 14 tuổi",
    "Cấp đổi thẻ căn cước",
)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("cái thứ hai", 1),
        ("số 3", 2),
        ("2", 1),
        ("thủ tục đầu tiên nhé", 0),
        ("cái cuối cùng", 2),
        ("chọn số một", 0),
        ("trường hợp thứ ba", 2),
        ("cho người dưới 14 tuổi", 0),
        ("cap doi", 2),
        ("the second one please", 1),
        ("First", 0),
        ("the last one", 2),
        ("my first identity card", None),
        ("thứ bảy", None),
        ("cuối năm em định cưới", None),
        ("sáng thứ hai em lên được không", None),
        ("thứ ba tuần sau em nộp", None),
        ("thẻ căn cước", None),
        ("mua xe máy cũ", None),
        ("", None),
    ],
)
def test_chosen(text: str, position: int | None) -> None:
    assert chosen(text, OPTIONS) == position


@pytest.mark.parametrize(
    ("text", "position"), [("phí cái sau", 1), ("còn cái kia thì sao", 1), ("cái trước mất mấy ngày", 0)]
)
def test_of_two_the_former_or_the_latter(text: str, position: int) -> None:
    assert chosen(text, OPTIONS[:2]) == position
    assert chosen(text, OPTIONS) is None


def test_much_else_may_be_said_of_one_that_is_pointed_at() -> None:
    said = "cái căn cước của đứa dưới 14 tuổi đó để anh nhờ thằng em nó đi làm"
    assert chosen(said, OPTIONS) is None
    assert chosen(said, OPTIONS, loosely=True) == 0


def test_nothing_offered_nothing_chosen() -> None:
    assert chosen("cái thứ nhất", ()) is None
