"""Which part a question asks for, and what is left of it without the words of the part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.parts import asks_beside, parts_asked, subject, topic
from knowledge.answers import Part

MESSAGES = Path(__file__).parent / "parts"


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
        ("luật biểu trong bao nhiêu ngày phải khai", "ask_time", (Part.DEADLINE,)),
        ("bao nhieu ngay phai di khai, duong vao ban em sat lo", "ask_time", (Part.DEADLINE,)),
        ("nghỉ tạm thì báo trước mấy hôm", "ask_time", (Part.DEADLINE,)),
        ("con 3 tuổi chưa làm khai sinh, thế có trễ không ạ", "ask_procedure", (Part.DEADLINE,)),
        ("có bị phạt hay mất phí gì không ạ", "ask_fee", (Part.DEADLINE, Part.FEE)),
        ("is it too late to register a birth", "ask_conditions", (Part.DEADLINE,)),
        ("rứa khai tử thì trong mấy ngày là phải đi em", "ask_time", (Part.DEADLINE,)),
        ("trong mấy ngày là phải đi lấy", "ask_time", (Part.TIME,)),
        ("đi làm khai sinh cho nó trễ nhứt là bao lâu", "ask_time", (Part.DEADLINE,)),
        ("de tre qua co bi gi hong", "ask_conditions", (Part.DEADLINE,)),
        ("đem theo cấy chi", "ask_procedure", (Part.DOCUMENTS,)),
        ("trẻ em có làm được không", "ask_conditions", (Part.CONDITIONS,)),
        ("vợ em qua Hàn làm được không", "ask_conditions", (Part.CONDITIONS,)),
        ("em đi làm suốt, ba ngoại đi làm thế được không", "ask_time", (Part.ATTENDANCE,)),
        ("v cần ba mẹ đi chung hk", "ask_procedure", (Part.ATTENDANCE,)),
        ("how much is it and how long does it take", "ask_time", (Part.FEE, Part.TIME)),
        ("can my wife bring the papers for me", "ask_documents", (Part.ATTENDANCE,)),
        ("vợ em muốn làm hộ chiếu được không", "ask_procedure", (Part.OVERVIEW,)),
        ("mẹ em làm thẻ căn cước được không", "ask_procedure", (Part.OVERVIEW,)),
        ("làm giùm em được không", "ask_procedure", (Part.OVERVIEW,)),
    ],
)
def test_parts_asked(text: str, intent: str, parts: tuple[Part, ...]) -> None:
    assert parts_asked(text, intent, 0.9) == parts


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("can giay to j z, e con co moi cccd ak", True),
        ("hồ sơ gồm những gì hả chị, bản án toàn chữ Hàn em sợ xã không đọc được", True),
        ("cần giấy tờ gì, em bị mất căn cước", False),
        ("mất bao lâu, lệ phí bao nhiêu", False),
        ("bao lâu thì có", False),
        ("nhập hộ khẩu cho bà vô nhà chị, nhà chị đứng tên, cần giấy gì em", False),
    ],
)
def test_a_part_may_be_asked_beside_what_is_told(text: str, beside: bool) -> None:
    assert asks_beside(text) is beside


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
        "được bao nhiêu tiền một tháng vậy em",
        "thế có được đồng nào không ạ",
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


@pytest.mark.parametrize(
    ("text", "intent", "part"),
    [
        ("Nó mồ côi thế thì hằng tháng nhà nước có cho đồng nào không", "ask_fee", Part.OVERVIEW),
        ("côi cút thế có được miễn tiền học không cháu", "ask_fee", Part.CONDITIONS),
        ("bao nhiêu tiền một tháng vậy", "ask_fee", Part.OVERVIEW),
        ("hóa đơn còn giữ nè, đòi lại được đồng nào hông", "ask_fee", Part.OVERVIEW),
        ("nhà nghèo có được miễn lệ phí không", "ask_fee", Part.FEE),
        ("muon nghi ban may thang thi co can bao ai hong", "ask_time", Part.OVERVIEW),
        ("xây mà để gần một năm chưa động thổ, giờ xin thêm thời gian được không", "ask_time", Part.OVERVIEW),
        (
            "còn mảnh vườn hai trăm mét, anh muốn lên đất thổ cư cho con gái ra ở riêng. Với lại kéo công tơ điện",
            "ask_time",
            Part.OVERVIEW,
        ),
    ],
)
def test_money_that_one_gets_is_no_fee_and_a_length_that_is_told_no_time(text: str, intent: str, part: Part) -> None:
    assert parts_asked(text, intent, 0.95) == (part,)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("cái đầu", Part.OVERVIEW),
        ("đứa lớn chứ không phải đứa nhỏ", Part.OVERVIEW),
        ("cai o dau", Part.PLACE),
        ("mà nộp online được không", Part.ONLINE),
    ],
)
def test_accents_tell_words_apart(text: str, plain: Part) -> None:
    assert parts_asked(text, "", 0.0) == (plain,)


@pytest.mark.parametrize("name", ["chosen_on.yml", "blind.yml"])
def test_the_words_tell_the_part(name: str) -> None:
    """89 questions as they come in the middle of a talk and 20 messages that ask for no part, without the classifier.

    ``parts`` of a message are the readings that are right, each one part or two, in the order in which they are asked.
    """
    messages: list[dict[str, Any]] = yaml.safe_load((MESSAGES / name).read_text(encoding="utf-8"))
    right = [" ".join(parts_asked(each["text"], "", 0.0)) in each["parts"] for each in messages]
    assert sum(right) >= 0.93 * len(messages)
