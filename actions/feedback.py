"""Reports and suggestions (phản ánh, kiến nghị): filling one in, correcting it, sending it, and following it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions import feedback_wording as wording
from actions.dossier_followups import LATE
from actions.dossiers import HAS_NO_CODE
from actions.forms import Form
from actions.payloads import FEEDBACK, PERSON, button
from actions.turn import Outcome, Reply, Turn, TurnAction
from nlu.text.codes import find_codes
from nlu.text.normalise import fold, normalise
from nlu.text.numbers import spoken_to_written
from nlu.text.tokens import keys
from records.database import Database
from records.feedback import TIME_ZONE, NewFeedback, file_feedback, find_feedback
from records.privacy import consents
from records.privacy.consents import Purpose

ANONYMOUS = "anonymous"
SEND = "send"
SUMMARY = "feedback_confirm"
_LEAST_SYLLABLES = 3
_LONGEST = 4_000
_SUGGESTION = re.compile(r"\b(?:kien nghi|de xuat|gop y|de nghi|dong gop y kien)\b")
_OPENING = re.compile(
    r"^(?:(?:dạ|chào (?:em|bạn|anh|chị)|xin chào|cho|nhờ)\b[ ,]*)*"
    r"(?:(?:tôi|em|mình|tui|cháu|con|chúng tôi|bà con)\s+)?(?:(?:muốn|cần|xin|định)\s+)?(?:được\s+)?"
    r"(?:(?:gửi|làm|báo|có)\s+)?(?:một\s+)?(?:đơn\s+)?"
    r"(?:phản ánh|kiến nghị|góp ý|báo cáo|báo|than phiền|phàn nàn|ý kiến|đề xuất)"
    r"(?:\s*,?\s*(?:phản ánh|kiến nghị|góp ý))?\s*(?:(?:về|việc|chuyện|rằng|là|với|này|thái độ của)\s+)*[:,]?\s*",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"(?:da |a )*(?:khong(?: co| can| nho(?: ro)?| biet| ro)?(?: gi)?(?: them)?(?: anh| tep| nua)*"
    r"|bo qua|xong(?: roi)?|het(?: roi)?|chua|ko|k|thoi du roi|du roi)(?: a| nhe| em)*"
)
_ANONYMOUS = re.compile(r"\b(?:an danh|giau ten|khong (?:muon )?(?:neu|de|cho|dua|cung cap|can)(?: lai)?)\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_YES = re.compile(
    r"(?:da |a |u |ok |vang )*(?:gui(?: di| luon| giup \w+)?|dong y|xac nhan|dung roi|ok|duoc)(?: a| nhe| em| di)*"
)
_NO_CODE = (
    "Dạ, mã phản ánh có trong tin nhắn xác nhận khi gửi. Không có mã thì em chưa tra được ạ; anh/chị có thể gặp cán bộ."
)
_FIELDS = {
    "feedback_contact": "liên hệ|liên lạc|số điện thoại|số đt|sđt|điện thoại|email|thư điện tử|ẩn danh",
    "feedback_attachments": "ảnh|hình|hình ảnh|tệp|file|video|đính kèm",
    "feedback_what": "nội dung|sự việc|mô tả|ý kiến",
    "feedback_when": "thời gian|khi nào|ngày|giờ|lúc",
    "feedback_where": "nơi|địa chỉ|địa điểm|chỗ|ở đâu",
}
_CORRECTION = re.compile(r"\b(?:thành|lại là|phải là|đúng là)\s+(?P<value>.+)$", re.IGNORECASE | re.DOTALL)


class FeedbackForm(Form):
    """Asks for what, where, when, attachments and contact, then shows the summary."""

    label = "validate_feedback_form"
    form = "feedback_form"
    asks_for = (
        "feedback_what",
        "feedback_where",
        "feedback_when",
        "feedback_attachments",
        "feedback_contact",
        "feedback_confirm",
    )
    takes_any_text = frozenset({"feedback_what"})

    def open(self, turn: Turn) -> Outcome:
        """A first message that already tells the matter is taken as it stands, without "tôi muốn phản ánh"."""
        slots: dict[str, Any] = dict.fromkeys(self.asks_for)
        slots["feedback_kind"] = "suggestion" if _SUGGESTION.search(fold(turn.text)) else "report"
        slots["feedback_files"] = files_so_far(turn)
        if turn.pressed and turn.entity("field") == LATE:
            slots |= turn.slots.get("feedback_draft") or {}
        if not turn.pressed:
            matter = _OPENING.sub("", normalise(turn.text), count=1)
            if len(keys(matter)) >= _LEAST_SYLLABLES:
                slots["feedback_what"] = _sentence(matter)
        return Outcome(slots=slots)

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:
        """A button of the form, a file without words, a correction, "không có", a phone number or an address."""
        if not turn.text.strip():
            said = (
                f"Dạ, em đã nhận {len(turn.attachment_ids)} tệp."
                if turn.attachment_ids
                else "Dạ, em chưa nhận được nội dung ạ."
            )
            return Outcome((Reply(said),), _files(turn))
        if corrected := self._corrected(turn):
            return corrected
        own_button = turn.pressed and turn.intent in ("affirm", "deny", "edit")
        if own_button or (asked_for != "feedback_what" and (_skips(turn) or _contact(turn.text))):
            return self.read(turn, asked_for)
        return None

    def read(self, turn: Turn, asked_for: str) -> Outcome:
        """The answer to one question; attachments are welcome at any of them."""
        outcome = self._confirm(turn) if asked_for == SUMMARY else _READERS[asked_for](turn)
        return Outcome(outcome.replies, {**_files(turn), **outcome.slots})

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:
        """The question for a slot; for the last one, the summary."""
        if slot != SUMMARY:
            return wording.QUESTIONS[slot]
        return wording.summary({name: values.get(name) for name in (*self.asks_for, "feedback_files", "feedback_kind")})

    def _confirm(self, turn: Turn) -> Outcome:
        """The answer to the summary: send it, or which field to ask for again."""
        if (turn.pressed and turn.intent == "affirm") or _YES.fullmatch(fold(turn.text).strip(" .!")):
            return Outcome(slots={SUMMARY: SEND})
        named = turn.entity("field") if turn.pressed else _named_field(turn.text)
        if named in _READERS:
            return Outcome(slots={named: None})
        if turn.intent in ("edit", "deny"):
            return Outcome((wording.WHICH_FIELD,), {SUMMARY: None})
        return Outcome((Reply("Dạ, anh/chị bấm “Gửi” để gửi đi, “Sửa” để sửa, hoặc “Huỷ” nếu không gửi nữa ạ."),))

    def _corrected(self, turn: Turn) -> Outcome | None:
        """A field and its new value in one message: "sửa nơi xảy ra thành ngõ 7"."""
        correction = None if turn.pressed else _CORRECTION.search(normalise(turn.text))
        named = correction and _named_field(turn.text[: correction.start()])
        if not correction or not named:
            return None
        return _READERS[named](replace(turn, text=correction["value"], intent="", entities=()))


def files_so_far(turn: Turn) -> list[str]:
    """The files of the report, those of this message included; also those sent before the report began."""
    return list(dict.fromkeys([*(turn.slots.get("feedback_files") or ()), *turn.attachment_ids]))


def _files(turn: Turn) -> dict[str, Any]:
    return {"feedback_files": files_so_far(turn)} if turn.attachment_ids else {}


def _named_field(text: str) -> str | None:
    """The slot that a correction names; accents count where the text has any."""
    text = normalise(text).lower()
    accented = fold(text) != text
    for slot, names in _FIELDS.items():
        if re.search(rf"\b(?:{names if accented else fold(names)})\b", text):
            return slot
    return None


def _read_what(turn: Turn) -> Outcome:
    if turn.pressed or len(keys(turn.text)) < _LEAST_SYLLABLES:
        return Outcome((Reply("Dạ, anh/chị kể rõ hơn một chút giúp em để cơ quan hiểu đúng sự việc ạ."),))
    return Outcome(slots={"feedback_what": _sentence(turn.text)})


def _read_where(turn: Turn) -> Outcome:
    return _read_text(turn, "feedback_where")


def _read_when(turn: Turn) -> Outcome:
    field = turn.entity("field")
    if field == "today":
        return Outcome(slots={"feedback_when": f"Hôm nay, {dt.datetime.now(TIME_ZONE):%d/%m/%Y}"})
    if field == "now":
        return Outcome(slots={"feedback_when": f"Đang diễn ra, {dt.datetime.now(TIME_ZONE):%d/%m/%Y}"})
    return _read_text(turn, "feedback_when")


def _read_text(turn: Turn, slot: str) -> Outcome:
    """Any text, nothing for "không có"; a button of another question is no answer."""
    if _skips(turn):
        return Outcome(slots={slot: ""})
    return Outcome() if turn.pressed else Outcome(slots={slot: turn.text.strip()[:_LONGEST]})


def _read_attachments(turn: Turn) -> Outcome:
    if _skips(turn) or turn.intent == "affirm":
        return Outcome(slots={"feedback_attachments": True})
    if turn.pressed:
        return Outcome()
    if contact := _contact(turn.text):
        return Outcome(slots={"feedback_attachments": True, "feedback_contact": contact})
    told = f"{turn.slots.get('feedback_what') or ''} {_sentence(turn.text)}".strip()[:_LONGEST]
    return Outcome((Reply("Dạ, em ghi thêm vào nội dung ạ."),), {"feedback_what": told, "feedback_attachments": True})


def _read_contact(turn: Turn) -> Outcome:
    if contact := _contact(turn.text):
        return Outcome(slots={"feedback_contact": contact})
    if turn.entity("field") == ANONYMOUS or _skips(turn) or _ANONYMOUS.search(fold(turn.text)):
        return Outcome(slots={"feedback_contact": ANONYMOUS})
    return Outcome((Reply("Dạ, em chưa đọc được số điện thoại hay thư điện tử ạ."),))


def _contact(text: str) -> str | None:
    written = spoken_to_written(normalise(text))
    phone = next((code.value for code in find_codes(written) if code.kind == "phone"), None)
    email = _EMAIL.search(written)
    return phone or (email.group() if email else None)


_READERS = {
    "feedback_what": _read_what,
    "feedback_where": _read_where,
    "feedback_when": _read_when,
    "feedback_attachments": _read_attachments,
    "feedback_contact": _read_contact,
}


def _skips(turn: Turn) -> bool:
    return (turn.pressed and turn.intent == "deny") or _NONE.fullmatch(fold(turn.text).strip(" .!,")) is not None


def _sentence(text: str) -> str:
    text = text.strip()[:_LONGEST]
    return text[:1].upper() + text[1:]


class EndFeedback(TurnAction):
    """Ends the form: files what was confirmed, and forgets it either way."""

    label = "action_end_feedback"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """The receipt; nothing when the form was broken off."""
        forgotten = dict.fromkeys((*FeedbackForm.asks_for, "feedback_kind", "feedback_files"))
        if turn.slots.get(SUMMARY) != SEND:
            return Outcome(slots=forgotten)
        contact = turn.slots.get("feedback_contact")
        new = NewFeedback(
            kind="suggestion" if turn.slots.get("feedback_kind") == "suggestion" else "report",
            what=turn.slots["feedback_what"],
            where=turn.slots.get("feedback_where") or "",
            when=turn.slots.get("feedback_when") or "",
            contact=None if contact == ANONYMOUS else contact,
            attachment_ids=list(turn.slots.get("feedback_files") or ()),
            conversation_id=turn.conversation_id,
            message_id=turn.message_id,
        )
        async with self._database.session() as session:
            filed = await file_feedback(session, new)
            if new.contact:
                await consents.give(session, uuid.UUID(turn.conversation_id), Purpose.CONTACT)
        return Outcome((wording.receipt(filed, new.kind),), forgotten)


class FeedbackStatusForm(Form):
    """Asks for the tracking code."""

    label = "validate_feedback_status_form"
    form = "feedback_status_form"
    asks_for = ("tracking_code",)

    def open(self, turn: Turn) -> Outcome:
        """A code in the first message is not asked for again."""
        return Outcome(slots={"tracking_code": turn.entity("tracking_code")})

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:  # noqa: ARG002
        """The code, or that there is none."""
        if code := turn.entity("tracking_code"):
            return Outcome(slots={"tracking_code": code})
        if turn.entity("dossier_code"):
            return Outcome(ends_form=True, next_action="dossier_form")
        if HAS_NO_CODE.search(fold(turn.text)):
            return Outcome((Reply(_NO_CODE, (PERSON, FEEDBACK)),), ends_form=True)
        return None

    def read(self, turn: Turn, asked_for: str) -> Outcome:  # noqa: ARG002
        """No code."""
        return Outcome((Reply("Dạ, em chưa thấy mã phản ánh đúng dạng trong tin nhắn ạ."),))

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:  # noqa: ARG002
        """The question for the code."""
        return Reply("Dạ, anh/chị cho em xin mã phản ánh, có dạng PA-7K2M-9XQ4 ạ.")


class FeedbackStatus(TurnAction):
    """Ends the form: looks the case up."""

    label = "action_feedback_status"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """State, due date and the last public note; nothing when the form was broken off."""
        code = turn.slots.get("tracking_code")
        if not code:
            return Outcome(slots={"tracking_code": None})
        async with self._database.session() as session:
            seen = await find_feedback(session, code)
        if seen is None:
            text = f"Dạ, em không tìm thấy phản ánh nào có mã {code} ạ. Anh/chị kiểm tra lại mã giúp em."
            again = button("Tra cứu lại", "feedback_status")
            return Outcome((Reply(text, (again, PERSON)),), {"tracking_code": None})
        return Outcome((Reply(wording.status(seen)),), {"tracking_code": None})
