"""In which language a message is written, and what an English one asks for."""

from __future__ import annotations

import pytest

from actions.language import heard, in_vietnamese, named_language

HEARD = {
    "how much does a passport cost": "en",
    "I want to renew my driving license": "en",
    "renew passport": "en",
    "thank you": "en",
    "đăng ký kết hôn": "vi",
    "toi muon lam can cuoc": "vi",
    "lam lai bang lai xe bi mat": "vi",
    "dua it tien cho may ong can bo la xong": "vi",
    "can i pay online": "en",
    "ok tks nha": None,
    "asdf qwer zxcv": None,
    "online": None,
    "hello": None,
    "0900000011": None,
}


@pytest.mark.parametrize(("text", "language"), HEARD.items())
def test_the_language_of_a_message(text: str, language: str | None) -> None:
    assert heard(text) == language


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("how much is a passport", "cấp hộ chiếu phổ thông"),
        ("I lost my driving licence", "cấp lại, bị mất, giấy phép lái xe"),
        ("certificates of marriage registration", "đăng ký kết hôn"),
        ("how long does it take", ""),
        ("trademark infringement", ""),
        ("where can I get ly lich tu phap", "ly lich tu phap"),
        ("the landlord says I must register with police", "khai báo tạm trú cho người nước ngoài"),
        ("my stay is finishing in 12 days", "gia hạn tạm trú cho người nước ngoài"),
        ("change my US licence to a vietnamese one", "đổi, nước ngoài, giấy phép lái xe, Việt Nam"),
        ("it tells us nothing about the licence", "giấy phép lái xe"),
        ("my wife is vietnamese, does it change", ""),
    ],
)
def test_an_english_subject_in_vietnamese(text: str, meant: str) -> None:
    assert in_vietnamese(text) == meant


@pytest.mark.parametrize(
    ("text", "language"),
    {
        "hi, can i ask in english? i want to change my US licence to a vietnamese one": "en",
        "i don't speak vietnamese": "en",
        "my vietnamese is bad, english ok?": "en",
        "tôi không rành tiếng việt, nói tiếng anh nhé": "en",
        "go back to vietnamese now": "vi",
        "vietnamese please": "vi",
        "nãy lỡ bấm tiếng anh, trả về tiếng việt giùm bác": "vi",
        "bác đọc không hiểu tiếng anh, đổi lại đi": "vi",
        "my wife is vietnamese": None,
        "convert it to a vietnamese licence": None,
        "i'm an english teacher": None,
    }.items(),
)
def test_the_language_that_is_asked_for(text: str, language: str | None) -> None:
    assert named_language(text) == language
