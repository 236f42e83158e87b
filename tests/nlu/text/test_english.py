"""Whether a message is English, and which of its words tell what it asks for."""

from __future__ import annotations

import pytest

from nlu.text.english import content, heard, is_english, telling, vietnamese_words

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
    "do we both have to show up? he works on a ship, lâu lâu mới về bờ lol": "en",
    "bn e nop tu t5 tuan trc r ma im re, ma hs no la H29.26-241102-0007 check giup vs": None,
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
    ("text", "english"),
    {
        "marriage": True,
        "work permit": True,
        "e-visa how to apply": True,
        "gia han visa": False,
        "lam passport": False,
        "visa": False,
        "TRC": False,
        "đổi bằng lái Mỹ": False,
    }.items(),
)
def test_a_word_or_two_are_searched_as_english_where_they_are_nothing_else(text: str, *, english: bool) -> None:
    assert is_english(text) is english


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, how can I get a residence card for my wife?", ["residence", "card", "wife"]),
        ("how long does it take", []),
        ("and what documents do I need", []),
        ("my wife\u2019s passport", ["wife", "passport"]),
    ],
)
def test_words_that_tell_nothing_are_left_out(text: str, words: list[str]) -> None:
    assert telling(text) == words


def test_forms_of_one_word_are_one() -> None:
    assert content("registering") == content("registered") == content("registration")
    assert content("driver's licenses") == content("driving licence")
    assert content("countries") == ["country"]
    assert content("business") == ["business"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("where can I get ly lich tu phap", "ly lich tu phap"),
        ("I live in Da Nang and need a passport", ""),
        ("how do I pay a fine", ""),
    ],
)
def test_what_an_english_message_says_in_vietnamese(text: str, words: str) -> None:
    assert vietnamese_words(text) == words
