import pytest

from nlu.text.filler import content
from nlu.text.tokens import tokens


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Dạ cho em hỏi đăng ký khai sinh cần giấy tờ gì ạ", "đăng ký khai sinh"),
        ("thế chấp sổ đỏ thì thế nào", "thế chấp sổ đỏ"),
        ("mở chi nhánh công ty hết bao nhiêu tiền", "mở chi nhánh công ty"),
        ("cho tôi hỏi", "cho tôi hỏi"),
    ],
)
def test_what_a_question_is_about(question: str, left: str) -> None:
    assert content(tokens(question)) == left.split()
