"""Vocatives say nothing about what a message wants."""

import pytest

from nlu.text.address import without_address


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("nop o dau vay ad", "nop o dau vay"),
        ("ad ơi, cho hỏi", "cho hỏi"),
        ("shop ơi à nhầm ad ơi, mở quán", "à nhầm mở quán"),
        ("ad cho em hỏi", "cho em hỏi"),
        ("phí bao nhiêu hở cháu?", "phí bao nhiêu hở?"),
        ("gio sang ten lam sao con", "gio sang ten lam sao"),
        ("có phải đóng tiền chi không em", "có phải đóng tiền chi không"),
        ("em ơi", "em ơi"),
        ("cho gặp admin", "cho gặp admin"),
        ("giấy khai sinh cho con", "giấy khai sinh cho con"),
        ("cho hai chi em", "cho hai chi em"),
        ("mở shop", "mở shop"),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    assert without_address(text) == left
