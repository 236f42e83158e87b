"""Where one question may name two procedures: "đổi bằng lái với sang tên xe máy cần giấy tờ gì"."""

from __future__ import annotations

import re

from actions.parts import subject
from nlu.text.normalise import fold, normalise

_JOINT = re.compile(r"\s*(?:[,;]\s*(?:(?:va|voi|roi|cung)\b)?|\b(?:va|voi|cung(?: voi)?|lan)\b)\s*")
_TELLING = 2
"""Syllables from which on what stands before or after a joint may name a procedure."""


def halves(text: str) -> tuple[str, ...]:
    """What stands before and after the one "và", "với" or comma with something telling on both sides; else nothing.

    Where there are more of them the text is a list or a story rather than two requests.
    """
    text = normalise(text)
    plain = fold(text)
    if len(plain) != len(text):
        text = plain
    parted = [(text[: joint.start()], text[joint.end() :]) for joint in _JOINT.finditer(plain)]
    telling = [pair for pair in parted if all(len(subject(half).split()) >= _TELLING for half in pair)]
    return telling[0] if len(telling) == 1 else ()
