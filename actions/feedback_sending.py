"""Whether a message sends the report that was read back: "ừ", "đúng rồi, gửi đi", "hình thì không có, gửi rứa thôi"."""

from __future__ import annotations

import re

from actions.questions import asks
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import keys

_END = r"(?: (?:a|nhe|nha|nghen|hen|heng|em|con|chau|ad|di|roi|luon|do|day))*"
_YES = re.compile(
    r"(?:(?:da|a|u|ua|ok|vang|co|roi|dung|dung roi) )*"
    r"(?:g[uo]i(?: di| luon| giup \w+)?|dong y(?: gui)?|xac nhan|chinh xac|chuan|dung(?: roi| vay| the)?"
    rf"|ok|oke|okay|duoc|vang|co|u|ua|uh|da|yes|send(?: it)?){_END}"
)
_SENDS = re.compile(
    r"\bg[uo]i(?: (?:lai|no|cai|to|don|phan|phan anh|chu|truoc|cho|toi|tui|em|minh|bac|chu|anh|chi|co|ba|ong|me"
    r"|con|chau))*"
    r" (?:di|luon|gium|giup|ho|dum|nhe|nha|nghen|hen|thoi|rua|vay|the|nhu (?:rua|vay|the))\b"
)
_NOT_NOW = re.compile(
    r"\b(?:(?:khong|hong|ko|k|khoi|dung|chua)(?: (?:can|muon|phai|dinh|co|voi|nen))*"
    r"|(?:khoan|mai|lat|ti|doi)(?: \w+){0,2}) g[uo]i\b"
)
_BARE = ("gui", "goi")
CHANGES = re.compile(r"\b(?:sua|doi|chinh|nham|lon)\b")
"""On folded text: something in the summary is to be put right."""
_PARTS = re.compile(r"[,.;!?\n]+")
_AGREES = re.compile(
    r"(?:(?:da|a|u|uh|roi|thoi|the|xong|ok|oke|okay|vang|co|duoc|dung|chinh xac|chuan)(?: roi| vay| the)?[ ,.!]+)*"
    r"(?P<sends>g[uo]i(?: (?:di|luon|giup|gium|ho|nhe|nha)(?: (?:toi|tui|em|minh|bac|co|chu|anh|chi|con|chau))*)+)?"
    r"(?: (?:em|con|chau|ad|a|nhe|nha|di|voi))*(?:[ ,.!]+|$)"
)
"""On folded text: an opening that says yes to the summary, or to send it."""
_WHEN_ANSWERED = re.compile(
    r"\b(?:bao gio|khi nao|luc nao|bao lau|chung nao|khi mo|chung mo|may ngay|may hom|may bua|hom nao|ngay nao)\b"
)
_FEW = 2
"""Syllables up to which words before "bao giờ" are no sentence of their own."""


def says_yes(text: str) -> bool:
    """Whether ``text`` is nothing but a yes."""
    return _YES.fullmatch(" ".join(keys(text))) is not None


def sends(text: str) -> bool:
    """Whether a part of ``text`` wants it sent now, and none asks whether, waits, or changes something."""
    parts = [fold(normalise(part)).strip() for part in _PARTS.split(text)]
    if any(_NOT_NOW.search(part) or CHANGES.search(part) for part in parts):
        return False
    return any(
        (part in _BARE or _SENDS.search(part)) and not asks(part) and not asks_when_answered(part) for part in parts
    )


def asks_when_answered(text: str) -> bool:
    """Whether ``text`` asks by when an answer is due."""
    return _WHEN_ANSWERED.search(fold(text)) is not None


def agreed(text: str) -> str | None:
    """What a message says after a yes to the summary, nothing for a mere yes; ``None`` where it is no plain yes.

    More than a yes sends the report only where it asks something, and speaks of sending or of the answer.
    """
    text = normalise(text)
    plain = fold(text)
    found = _AGREES.match(plain) if len(plain) == len(text) else None
    if found is None or not found.group().strip():
        return None
    rest = text[found.end() :]
    when = _WHEN_ANSWERED.search(fold(rest))
    if found["sends"]:
        return rest if not rest or when or asks(rest) else None
    return rest if when and len(keys(rest[: when.start()])) <= _FEW else None
