"""What was meant instead, in the many ways of saying it."""

from __future__ import annotations

import pytest

from actions.corrections import contrasted, meant, misspoke, put_right

MEANT = {
    "ý tôi là thẻ căn cước cho con": "thẻ căn cước cho con",
    "không phải, ý em là hộ chiếu": "hộ chiếu",
    "không phải cái đó, tôi hỏi giấy phép lái xe": "giấy phép lái xe",
    "không phải khai sinh, tôi hỏi khai tử": "khai tử",
    "à không phải, em nhầm, đăng ký thường trú": "đăng ký thường trú",
    "em nói nhầm, là tạm trú": "tạm trú",
    "nhầm, tôi hỏi xe máy": "xe máy",
    "hiểu sai rồi, tôi cần làm lại chứ không phải làm mới": "làm lại",
    "không phải xe máy mà là ô tô": "ô tô",
    "tôi hỏi khai tử chứ đâu hỏi khai sinh": "khai tử",
    "sai rồi, ý em là giấy phép xây dựng": "giấy phép xây dựng",
    "khong phai y em la ho chieu": "ho chieu",
    "nhầm rồi, ngõ 7": "ngõ 7",
    "khoan, không phải ngõ 5, ngõ 7 mới đúng": "ngõ 7",
    "ý lộn nó mới 13 tuổi": "nó mới 13 tuổi",
    "no, I meant the passport": "the passport",
    "sorry, i mean the first one": "the first one",
    "oh sorry I was asking about the work permit": "the work permit",
    "not the visa but the residence card": "the residence card",
    "no, not the residence card, I mean the police registration": "the police registration",
    "the residence card, not the visa": "the residence card",
    "không phải": "",
    "em hiểu nhầm ý tôi rồi": "",
    "chưa đúng ý tôi": "",
    "tôi hỏi cái khác cơ": "",
    "hỏi một đằng trả lời một nẻo": "",
}
NO_CORRECTION = (
    "sorry, how much is it",
    "not sure, but I think I need a visa",
    "do I need a permit if I am not a resident",
    "ngõ 5 thôn Mẫu",
    "không có",
    "không nhớ",
    "không muốn nêu tên",
    "là sao",
    "tôi hỏi lệ phí bao nhiêu",
    "không",
)


@pytest.mark.parametrize(("text", "expected"), MEANT.items())
def test_what_was_meant_is_found(text: str, expected: str) -> None:
    assert meant(text) == expected


@pytest.mark.parametrize("text", NO_CORRECTION)
def test_other_messages_correct_nothing(text: str) -> None:
    assert meant(text) is None


def test_a_no_with_an_answer_corrects_outside_a_form_only() -> None:
    assert meant("không, tôi hỏi về đăng ký kết hôn") == "đăng ký kết hôn"
    assert misspoke("không, tôi hỏi về đăng ký kết hôn") is None
    assert misspoke("không, gửi ẩn danh") is None
    assert misspoke("nhầm rồi, ngõ 7") == "ngõ 7"


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("à khoan, ngõ 6 chứ không phải ngõ 5, bác già rồi lẫn", "ngõ 5 thôn Mẫu", "ngõ 6 thôn Mẫu"),
        ("ngõ 6 chứ không phải 5", "ngõ 5 thôn 5", "ngõ 6 thôn 5"),
        ("ý chết, sửa lại giùm tôi, hẻm 121 chứ không phải 112, già rồi nói lộn", "hẻm 112 Mẫu", "hẻm 121 Mẫu"),
        ("không phải ngõ 5 mà là ngõ 6 nhé", "Ngõ 5", "ngõ 6"),
        ("sửa lại là tối qua chứ không phải sáng nay đâu", "từ sáng nay", "từ tối qua"),
        (
            "à nãy tui nói lộn, chỗ nớ là xã Mẫu Một chơ không phải Mẫu Hai, sửa lại đi",
            "ngõ 5, xã Mẫu Hai",
            "ngõ 5, xã Mẫu Một",
        ),
        ("ngõ 6 chứ không phải ngõ 5", "ngõ 55 thôn Mẫu", None),
        ("ngõ 6 chứ không phải ngõ 5", "trước chợ", None),
    ],
)
def test_what_is_wrong_is_replaced_where_it_stands(text: str, before: str, after: str | None) -> None:
    pair = contrasted(text)
    assert pair
    assert put_right(before, *pair) == after


@pytest.mark.parametrize("text", ["ngõ 6", "nhầm rồi, ngõ 7", "không phải", "nộp trên mạng cho không phải đi lại"])
def test_no_contrast(text: str) -> None:
    assert contrasted(text) is None
