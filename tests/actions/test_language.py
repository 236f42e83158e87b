"""Which language a message asks for."""

from __future__ import annotations

import pytest

from actions.language import named_language


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
