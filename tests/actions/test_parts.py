"""Which part a question asks for, and what is left of it without the words of the part."""

from __future__ import annotations

import pytest

from actions.parts import parts_asked, subject, topic
from knowledge.answers import Part


@pytest.mark.parametrize(
    ("text", "intent", "parts"),
    [
        ("lệ phí bao nhiêu", "ask_fee", (Part.FEE,)),
        ("chuẩn bị giấy tờ gì để làm lý lịch tư pháp", "ask_procedure", (Part.DOCUMENTS,)),
        ("sang tên xe ở đâu", "ask_procedure", (Part.PLACE,)),
        ("em muốn làm hộ chiếu", "ask_procedure", (Part.OVERVIEW,)),
        ("khai lệ phí trước bạ xe máy", "ask_procedure", (Part.OVERVIEW,)),
        ("le phi bao nhieu", "ask_fee", (Part.FEE,)),
        ("giấy này có giá trị bao lâu", "ask_result", (Part.RESULT,)),
        ("lệ phí bao nhiêu và mất mấy ngày", "ask_fee", (Part.FEE, Part.TIME)),
        ("nộp ở đâu, cần gì", "ask_place", (Part.PLACE, Part.DOCUMENTS)),
        ("bao lâu có kết quả", "ask_time", (Part.TIME,)),
        ("làm trong mấy tháng vậy ạ", "ask_procedure", (Part.TIME,)),
        ("bà lú rồi, phải đem giấy gì", "ask_procedure", (Part.DOCUMENTS,)),
        ("tôi phải khai với ai", "ask_procedure", (Part.PLACE,)),
        ("cháu mấy tháng tuổi thì làm được", "ask_procedure", (Part.OVERVIEW,)),
        ("mấy tuổi thì được thi", "ask_conditions", (Part.CONDITIONS,)),
        ("mà hơn hai mươi ngày rồi, có trễ chi không em", "ask_time", (Part.DEADLINE,)),
        ("con 3 tuổi chưa làm khai sinh, thế có trễ không ạ", "ask_procedure", (Part.DEADLINE,)),
        ("có bị phạt hay mất phí gì không ạ", "ask_fee", (Part.DEADLINE, Part.FEE)),
        ("is it too late to register a birth", "ask_conditions", (Part.DEADLINE,)),
        ("trẻ em có làm được không", "ask_conditions", (Part.CONDITIONS,)),
        ("vợ em qua Hàn làm được không", "ask_conditions", (Part.CONDITIONS,)),
        ("em đi làm suốt, ba ngoại đi làm thế được không", "ask_time", (Part.ATTENDANCE,)),
        ("v cần ba mẹ đi chung hk", "ask_procedure", (Part.ATTENDANCE,)),
        ("how much is it and how long does it take", "ask_time", (Part.TIME, Part.FEE)),
        ("can my wife bring the papers for me", "ask_documents", (Part.ATTENDANCE,)),
        ("vợ em muốn làm hộ chiếu được không", "ask_procedure", (Part.OVERVIEW,)),
        ("mẹ em làm thẻ căn cước được không", "ask_procedure", (Part.OVERVIEW,)),
        ("làm giùm em được không", "ask_procedure", (Part.OVERVIEW,)),
    ],
)
def test_parts_asked(text: str, intent: str, parts: tuple[Part, ...]) -> None:
    assert parts_asked(text, intent, 0.9) == parts


def test_a_part_that_is_only_guessed_is_none() -> None:
    assert parts_asked("còn tăng vốn điều lệ thì sao", "ask_legal", 0.5) == (Part.OVERVIEW,)
    assert parts_asked("tăng vốn điều lệ theo văn bản nào", "ask_legal", 0.5) == (Part.LEGAL,)


@pytest.mark.parametrize(
    "text",
    [
        "thế lệ phí bao nhiêu?",
        "còn nộp online?",
        "mất bao lâu vậy ạ",
        "the thoi gian bao lau",
        "cần giấy tờ gì",
        "nộp ở đâu",
        "lệ phí sao?",
        "con nop truc tuyen thi sao",
        "còn điều kiện thì sao",
        "cái đó mất bao nhiêu tiền",
        "chuẩn bị giấy tờ gì",
    ],
)
def test_a_bare_follow_up_has_no_subject(text: str) -> None:
    assert subject(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("làm hộ chiếu mất bao lâu", "hộ chiếu"),
        ("thế đăng ký kết hôn lệ phí bao nhiêu", "đăng ký kết hôn"),
        ("lam ho chieu mat bao lau", "lam ho chieu"),
        ("mất căn cước cần giấy tờ gì", "mất căn cước"),
        ("doi the can cuoc mat bao lau", "doi can cuoc"),
    ],
)
def test_a_subject_is_what_remains(text: str, words: str) -> None:
    assert subject(text) == words


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ừ. thế còn hộ chiếu, bác 71 tuổi thì phải đi tận nơi à", "hộ chiếu"),
        ("con vu sang ten so do thi ai di", "sang ten so do"),
        ("bác 71 tuổi, làm hộ chiếu", ""),
        ("con tôi ba tuổi", ""),
    ],
)
def test_what_a_message_names_first(text: str, named: str) -> None:
    assert topic(text) == named
