"""What citizens ask about the report itself while they fill it in: its pictures, their number, the answer."""

from __future__ import annotations

import re

from actions.feedback_sending import asks_when_answered
from actions.questions import asks
from actions.turn import Reply, Turn
from actions.wordings import say
from nlu.text.abbreviations import folded
from nlu.text.normalise import normalise

_ANSWER = re.compile(r"\b(?:tra loi|phan hoi|xu ly|giai quyet|co nguoi|nguoi ta|xuong|sua|don|hoi am)\b")
_PICTURES = re.compile(
    r"\b(?:gui|chup|dinh kem|tai|dua)(?: (?:hinh|anh|clip|video|len|vao|qua))*(?: \w+)?"
    r" (?:rang|sao|the nao|kieu gi|cach nao|dau|mo)\b"
    r"|\b(?:bat buoc|gui sau)\b"
    r"|\b(?:khong|hong|chua) (?:co |gui )?(?:hinh|anh|clip)(?: \w+){0,3} (?:co )?(?:duoc|sao|nhan)\b"
)
_SENDS_PICTURE = re.compile(
    r"\b(?:gửi|gởi|gui|goi|đính kèm|dinh kem|kèm|kem|tải|up)(?: \w+){0,3} (?:ảnh|hình|hinh|clip|video)\b"
)
"""On lower-case text: "ảnh" without its accents is also "anh", by which people speak of themselves."""
_NUMBER = re.compile(
    r"\b(?:lo|biet|thay|tra thu|tra dua|lam kho|tru dap|lam phien|giu kin|bao mat|an toan|co sao|so gi|lam gi)\b"
)
"""On folded text: who will see the number or the name, and what comes of it."""


def about_report(turn: Turn, asked_for: str) -> Reply | None:
    """The reply to a question about the report itself, asked at ``asked_for``; ``None`` for any other message."""
    plain = folded(turn.text)
    if turn.pressed or not asks(turn.text):
        return None
    if asks_when_answered(turn.text) and _ANSWER.search(plain) and turn.told_before is None:
        return Reply(say("feedback.due_once_sent"))
    pictures = _PICTURES.search(plain) or _SENDS_PICTURE.search(normalise(turn.text).lower())
    if asked_for in ("feedback_attachments", "feedback_contact") and pictures:
        return Reply(say("feedback.about_pictures"))
    if asked_for == "feedback_contact" and _NUMBER.search(plain):
        return Reply(say("feedback.about_contact"))
    return None
