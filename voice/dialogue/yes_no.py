"""Whether the caller said yes or no: by the words, and where those are garbled, by forced choice on the sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from nlu.text.filler import content
from nlu.text.normalise import fold
from nlu.text.tokens import tokens
from voice.dialogue.events import Heard
from voice.recognition.transcript import Samples

_NO = re.compile(r"\b(?:khong|hong|hem|chua|sai|thoi|nham|khoi|dung lai|huy|khong phai|chua dung|chua phai)\b")
_YES = re.compile(r"\b(?:co|dung|phai|vang|da|u|uh|um|ok|o ke|okay|dong y|duoc|chinh xac|gui di|nghe tiep|tiep|muon)\b")
_QUESTION = re.compile(
    r"\b(?:co (?:\w+ ){1,4}khong|the nao|bao nhieu|bao lau|khi nao|o dau|lam sao|la gi)\b"
    r"|\b(?:duoc|phai) khong(?: (?:a|em|anh|chi|vay))*\W*$"
)
_SPOKEN_YES = ("Có", "Đúng rồi", "Dạ có", "Vâng")
_SPOKEN_NO = ("Không", "Không phải", "Dạ không", "Thôi")
_MARGIN = 0.3
"""Mean log probability by which the better answer has to lead."""
_COURTESY = frozenset({"a", "nhe", "nha", "thi", "la", "de", "cho", "toi", "em", "minh", "anh", "chi", "co", "chu"})
_OWN_WORDS = 3
"""Words of its own that an answer has beside yes, no, courtesy and the words of the question; what has more is another
question, or a call for help."""
_SHORT = 4
_SECONDS = 2.5


class Chooser(Protocol):
    """Scores candidate texts on a sound."""

    async def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        """How likely each candidate is."""
        ...


async def yes_or_no(heard: Heard, chooser: Chooser | None, question: str = "") -> bool | None:
    """What was answered to ``question``; ``None`` when it was neither, or says more than an answer does."""
    words = heard.transcript.text.split()
    if len(words) > 2 * _SHORT:
        return None
    plain = fold(heard.transcript.text)
    if _QUESTION.search(plain) or _own_words(heard.transcript.text, question) > _OWN_WORDS:
        return None
    if _NO.search(plain):
        return False
    if _YES.search(plain):
        return True
    if chooser is None or heard.samples is None or len(words) > _SHORT or len(heard.samples) > _SECONDS * 16_000:
        return None
    return await _choice(heard.samples, chooser)


async def _choice(samples: Samples, chooser: Chooser) -> bool | None:
    """The answer that leads, and leads as well where what the recogniser expects of silence is taken off.

    Without that it finds a yes in most sounds. Source: contextual calibration, https://arxiv.org/abs/2102.09690
    """
    candidates = _SPOKEN_YES + _SPOKEN_NO
    heard = await chooser.choose(samples, candidates)
    expected = await chooser.choose(np.zeros_like(samples), candidates)
    answer = _leading(heard)
    more_than_expected = [score - of_silence for score, of_silence in zip(heard, expected, strict=True)]
    return answer if answer is _leading(more_than_expected) else None


def _leading(scores: Sequence[float]) -> bool | None:
    yes, no = max(scores[: len(_SPOKEN_YES)]), max(scores[len(_SPOKEN_YES) :])
    return yes > no if abs(yes - no) >= _MARGIN else None


def _own_words(text: str, question: str) -> int:
    known = _COURTESY | set(tokens(fold(question)))
    own = (fold(word) for word in content(tokens(text)))
    return sum(word not in known and not _NO.fullmatch(word) and not _YES.fullmatch(word) for word in own)
