"""Yes, no, or neither: by the words, and by forced choice where those are garbled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.voice.calling import transcript
from voice.dialogue.events import Heard
from voice.dialogue.yes_no import yes_or_no
from voice.recognition.transcript import Samples


class Choice:
    """Finds candidates that begin with ``likely`` more likely by ``lead``, and by ``expected`` in silence already."""

    def __init__(self, likely: str, lead: float, expected: float = 0.0) -> None:
        self._likely = likely
        self._lead = lead
        self._expected = expected

    async def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        lead = self._lead if samples.any() else self._expected
        return [-3.0 + lead * candidate.startswith(self._likely) for candidate in candidates]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("dạ đúng rồi em", True),
        ("ừ nghe tiếp đi", True),
        ("được", True),
        ("không cần đâu", False),
        ("không đúng", False),
        ("thôi em", False),
        ("không, để mai tôi lên xã", False),
        ("có người đang đánh nhau ở đây", None),
        ("có, gọi cho tôi chiều mai nhé", True),
        ("có mất phí gì không", None),
        ("cho tôi gặp cán bộ được không ạ", None),
        ("lệ phí được bao nhiêu", None),
        ("không phải tôi muốn hỏi về việc đổi bằng lái xe cơ", None),
    ],
)
async def test_the_words_decide(said: str, answer: bool | None) -> None:
    assert await yes_or_no(Heard(transcript(said)), None) is answer


async def test_words_of_the_question_are_an_answer_to_it() -> None:
    heard = Heard(transcript("có, nghe giấy tờ cần nộp"))
    assert await yes_or_no(heard, None) is None
    assert await yes_or_no(heard, None, "Anh chị có muốn nghe giấy tờ cần nộp không ạ?") is True


@pytest.mark.parametrize(
    ("said", "likely", "lead", "seconds", "answer"),
    [
        ("ho", "Không", 1.0, 1.0, False),
        ("", "Có", 1.0, 1.0, True),
        ("ho", "Không", 0.1, 1.0, None),
        ("ho", "Không", 1.0, 4.0, None),
        ("một hai ba bốn năm", "Không", 1.0, 1.0, None),
    ],
)
async def test_the_sound_of_a_short_answer_decides_when_its_words_do_not(
    said: str, likely: str, lead: float, seconds: float, answer: bool | None
) -> None:
    heard = Heard(transcript(said), np.full(int(seconds * 16_000), 0.1, np.float32))
    assert await yes_or_no(heard, Choice(likely, lead)) is answer


async def test_what_is_expected_of_silence_is_no_answer() -> None:
    heard = Heard(transcript(""), np.full(16_000, 0.1, np.float32))
    assert await yes_or_no(heard, Choice("Có", lead=1.0, expected=0.9)) is None
    assert await yes_or_no(heard, Choice("Có", lead=1.0, expected=0.2)) is True
