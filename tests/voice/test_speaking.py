"""What is read aloud: every number, date, sum, code and short form in words, and no more than an ear can hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers import Part, answer
from knowledge.starter import read_starter
from nlu.text.numbers import spoken_to_written
from voice.speaking.numbers import number, spell
from voice.speaking.portions import portions
from voice.speaking.reading import read_aloud


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (105, "một trăm linh năm"),
        (1005, "một nghìn không trăm linh năm"),
        (50_000, "năm mươi nghìn"),
        (1_250_000, "một triệu hai trăm năm mươi nghìn"),
        (2_000_000_005, "hai tỷ không trăm linh năm"),
    ],
)
def test_numbers(value: int, words: str) -> None:
    assert number(value) == words


def test_a_code_is_read_sign_by_sign_with_pauses() -> None:
    spoken = "hát chín chín, chấm một không, gạch hai sáu một một, không hai, gạch không không không ba"
    assert spell("H99.10-261102-0003") == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Lệ phí 50.000 đồng", "Lệ phí năm mươi nghìn đồng"),
        ("Phí 135.000đ", "Phí một trăm ba mươi lăm nghìn đồng"),
        ("hẹn ngày 05/11/2026", "hẹn ngày mùng năm tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("trước 15/4", "trước ngày mười lăm tháng tư"),
        ("từ 7h30 đến 11:30", "từ bảy giờ ba mươi đến mười một giờ ba mươi"),
        ("3-5 ngày làm việc", "ba đến năm ngày làm việc"),
        ("giảm 2,5%", "giảm hai phẩy năm phần trăm"),
        ("Gọi ngay 114", "Gọi ngay một một bốn"),
        ("tổng đài 18001096", "tổng đài một tám không không, một không chín sáu"),
        ("mang CCCD đến UBND", "mang căn cước công dân đến ủy ban nhân dân"),
        ("Tờ khai CT01", "Tờ khai xê tê không một"),
        ("Anh/chị nộp bản sao", "Anh chị nộp bản sao"),
        ("xem https://motcua.example.vn/a?b=1 nhé", "xem nhé"),
        ("Đăng ký khai sinh (mã 1.001193)", "Đăng ký khai sinh"),
        ("hồ sơ H99.10-261102-0003", f"hồ sơ {spell('H99.10-261102-0003')}"),
    ],
)  # fmt: skip
def test_reading_aloud(written: str, spoken: str) -> None:
    assert read_aloud(written) == spoken


@given(st.from_regex(r"H[0-9]{2}\.[0-9]{2}-26(0[1-9]|1[0-2])[012][1-9]-[0-9]{4}", fullmatch=True))
def test_a_spelled_code_is_understood_as_itself(code: str) -> None:
    assert spoken_to_written(spell(code)).replace(" ", "").replace(",", "") == code


def test_every_answer_of_the_catalogue_is_words_in_short_parts() -> None:
    signs = re.compile(r"[\d/%&•–()]|https|[A-ZĐ]{2,}")
    wrong: list[str] = []
    longest = 0
    for procedure in read_starter():
        for part in (Part.OVERVIEW, Part.DOCUMENTS, Part.FEE, Part.TIME, Part.PLACE):
            for portion in portions(answer(procedure, part).text):
                longest = max(longest, len(portion.split()))
                if found := signs.search(portion):
                    wrong.append(f"{procedure.code} {part}: …{portion[max(0, found.start() - 20) : found.end() + 20]}…")
    assert wrong == []
    assert longest <= 90


def test_a_long_list_comes_in_parts_of_four() -> None:
    text = "Dạ, hồ sơ gồm:\n" + "\n".join(f"• Giấy tờ thứ {n}" for n in range(1, 10)) + "\n\nNguồn: không đọc"
    parts = portions(text)
    assert [part.count("Giấy tờ thứ") for part in parts] == [4, 4, 1]
    assert "Nguồn" not in " ".join(parts)
