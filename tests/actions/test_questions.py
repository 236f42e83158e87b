"""What asks, in the words of every region, and what only sounds like it."""

from __future__ import annotations

import pytest

from actions.questions import asks


@pytest.mark.parametrize(
    "text",
    [
        "cái nớ có được hỗ trợ như bão không hè",
        "nộp ở mô rứa",
        "chừ làm răng hè",
        "cần giấy chi hè",
        "khi mô mới xong",
        "có được hưởng chế độ gì không nhở",
        "thế phải nộp những gì nhể",
        "mấy ngày cơ",
        "bao lâu thì xã trả lời hả chị",
        "có tốn tiền hông hen",
        "duoc hong nghen",
        "đã gửi được chưa nghen",
        "ủa rứa hả",
        "bao nhieu vay ta",
        "không biết nộp ở đâu",
        "không có sổ thì nộp gì",
    ],
)
def test_it_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "thôi không liên hệ gì đâu",
        "chả có ảnh đâu cháu, mắt mũi kèm nhèm",
        "có ai quay phim đâu mà có hình",
        "không có hình mô",
        "cấp nước không làm gì",
        "thì trạm xã Mẫu Chín chứ đâu",
        "bà có biết chụp ảnh gì đâu",
        "chỗ bóng đèn bị hỏng",
        "cho bong den bi hong",
        "quán nhậu lấn chiếm vỉa hè",
        "nhà tui ngủ hổng được",
        "rứa quay lại cái cột điện hồi nãy hí",
        "gửi vậy nghen",
        "mấy bữa ni",
        "mấy ngày nay rồi",
    ],
)
def test_it_does_not_ask(text: str) -> None:
    assert not asks(text)
