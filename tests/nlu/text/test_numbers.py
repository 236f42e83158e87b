import pytest

from nlu.text.numbers import spoken_to_written


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("hát hai chín chấm hai sáu gạch hai bốn không tám", "H29.26-2408"),
        ("mã hồ sơ là hat hai chin cham hai sau gach hai bon khong tam", "mã hồ sơ là H29.26-2408"),
        ("hát hai mươi chín chấm hai mươi sáu gạch ngang hai bốn", "H29.26-24"),
        ("pê a bảy ka hai em mờ chín ích quy bốn", "PA7K2M9XQ4"),
        ("sinh năm hai không không một", "sinh năm 2001"),
        ("năm một chín chín không", "năm 1990"),
        (
            "số không chín không không không không không không mười hai nhé",
            "số 090000000012 nhé".replace("0000000012", "00000012"),
        ),
    ],
)
def test_digits_that_were_spoken(spoken: str, written: str) -> None:
    assert spoken_to_written(spoken) == written


@pytest.mark.parametrize("text", ["tôi ở đây ba năm rồi", "hai vợ chồng, ba đứa con", "tờ 2024", "năm 2025 không có"])
def test_numbers_in_ordinary_speech_stay_words(text: str) -> None:
    assert spoken_to_written(text) == text
