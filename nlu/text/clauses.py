"""Where one message may end and another begin, with "với lại", "nhân tiện"; and the parts that one story is told in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.text.normalise import fold, normalise

_I = "(?:em|toi|minh|tui|chau|con|bac|co|chu|anh|chi)"
_ADDING = (
    r"voi lai|ngoai ra|a ma|con nua|nhan tien|tien the|tien day|tien hoi luon|dong thoi|them nua|san day"
    rf"|san tien|(?:va )?cho {_I} hoi (?:them|luon)|va cho {_I} hoi"
    rf"|va {_I} (?:cung )?muon (?:hoi|phan anh|bao|kien nghi)"
    rf"|voi ca(?= (?:(?:{_I} )?(?:muon|can|nho|xin) )?(?:bao|hoi|cho|phan anh|kien nghi)\b)"
    r"|and also|also|by the way|one more thing"
)
_BOUNDARY = re.compile(rf"(?P<adding>[\s,.;]*\b(?:{_ADDING})\b[ ,:]*)|(?P<end>[?!;\n]+|\.(?=\s|$))\s*")

_STORY = re.compile(
    r"[,.;!?\n]+"
    r"|\b(?:ma|roi|gio|bay gio|chu gio|nen|nhung|con|tai|vi|xong|the la|vay la|thi|de|cho nen|now|but|and|so)\b"
)
"""On folded text: what stands between two parts of a story, or begins the next one."""


@dataclass(frozen=True)
class Clause:
    """A part of a message; ``added``: a word such as "với lại" stands before it; ``asks``: it ended in "?"."""

    text: str
    added: bool = False
    asks: bool = False


def clauses(text: str) -> list[Clause]:
    """The parts of ``text`` in order, without the words that join them; one part where nothing separates them."""
    text = normalise(text)
    plain = fold(text)
    if len(plain) != len(text):
        text = plain
    found: list[Clause] = []
    start, added = 0, False
    for boundary in _BOUNDARY.finditer(plain):
        _keep(found, text[start : boundary.start()], added=added, asks="?" in boundary.group())
        start, added = boundary.end(), boundary["adding"] is not None
    _keep(found, text[start:], added=added, asks=False)
    return found


def story_parts(text: str) -> list[str]:
    """The parts of ``text`` as a story is told, each with the joining word that begins it ("giờ muốn đổi tên")."""
    text = normalise(text)
    plain = fold(text)
    if len(plain) != len(text):
        text = plain
    start = 0
    parts: list[str] = []
    for boundary in _STORY.finditer(plain):
        parts.append(text[start : boundary.start()])
        start = boundary.start() if boundary.group()[0].isalpha() else boundary.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if any(map(str.isalnum, part))]


def _keep(found: list[Clause], text: str, *, added: bool, asks: bool) -> None:
    if any(character.isalnum() for character in text):
        found.append(Clause(text.strip(" ,"), added, asks))
