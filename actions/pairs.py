"""Where one question may name two procedures: "đổi bằng lái với sang tên xe máy cần giấy tờ gì"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from actions.parts import subject
from nlu.text.normalise import fold, normalise

_JOINT = re.compile(r"\s*(?:[,;]\s*(?:(?:va|voi|roi|cung)\b)?|\b(?:va|voi|cung(?: voi)?|lan)\b)\s*")
_MOST_JOINTS = 2
_TELLING = 2
"""Syllables from which on what stands before or after a joint may name a procedure."""


def halves(text: str) -> Iterator[tuple[str, str]]:
    """What stands before and after each "và", "với" or comma, where both sides may name a procedure."""
    text = normalise(text)
    plain = fold(text)
    if len(plain) != len(text):
        text = plain
    parted = ((text[: joint.start()], text[joint.end() :]) for joint in _JOINT.finditer(plain))
    return islice((pair for pair in parted if all(map(_tells, pair))), _MOST_JOINTS)


def _tells(text: str) -> bool:
    return len(subject(text).split()) >= _TELLING
