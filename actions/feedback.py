"""Reports and suggestions (phản ánh, kiến nghị): filling one in, correcting it, sending it, and following it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions import feedback_wording as wording
from actions import ratings
from actions.corrections import misspoke
from actions.dossier_followups import LATE
from actions.dossiers import HAS_NO_CODE
from actions.feedback_reading import Told, place, read_report, time
from actions.forms import Form, asks
from actions.payloads import button, feedback, person
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
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
_NONE = re.compile(
    r"(?:da |a )*(?:khong(?: co| can| nho(?: ro)?| biet| ro)?(?: gi)?(?: them)?(?: anh| tep| nua)*"
    r"|khong gan voi noi nao|khong o dau ca|bo qua|xong(?: roi)?|het(?: roi)?|chua|ko|k|thoi du roi|du roi)"
    r"(?: a| nhe| em)*"
)
_ANONYMOUS = re.compile(
    r"\b(?:an danh|anonymous(?:ly)?|giau ten|khong (?:muon )?(?:neu|de|cho|dua|cung cap|can)(?: lai)?)\b"
)
_NO_NUMBER = re.compile(
    r"\b(?:khong|hong|khoi|ko|k)(?: (?:can|muon))? (?:de|cho|ghi|neu|dua|luu)(?: lai)?"
    r" (?:so|ten|sdt|lien he|thong tin)\b"
)
_NO_PICTURE = re.compile(
    r"(?:(?:da|a|u|thoi|khoi)[ ,]+)*(?:khong|hong|ko|k|chua|chang|khoi)(?: (?:co|gui|can|chup|them))* "
    r"(?:hinh|anh|tep|file|video|clip)\b"
)
_LATENESS = re.compile(r"\b(?:(?:bi|cham|vu) tre|tre (?:hen|han|vay|qua|the|roi|nai)|qua (?:han|hen))\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_YES = re.compile(
    r"(?:da |a |u |ok |vang |co |dung |dung roi )*"
    r"(?:g[uo]i(?: di| luon| giup \w+)?|dong y(?: gui)?|xac nhan|chinh xac|chuan|dung(?: roi| vay| the)?"
    r"|ok|oke|okay|duoc|vang|co|u|uh|da|yes|send(?: it)?)(?: a| nhe| nha| em| con| chau| di| roi| luon)*"
)
_SEND_IT = re.compile(r"(?:\w+ ){0,4}g[uo]i (?:di|luon|gium|giup|nha|nhe)(?: \w+){0,2}")
_NOT = re.compile(r"\b(?:khong|hong|ko|k|chua|dung|khoan|thoi)\b")
_NO = re.compile(r"(?:da |a )*(?:khong|hong|ko|k|chua|no)(?: gui)?(?: a| nhe| em| dau)*")
_RIGHT_OR_STOP = re.compile(r"dung(?: (?:a|em))*")
"""Without accents, "đúng" and "dừng" are the same word."""
_FIELDS = {
    "feedback_contact": "liên hệ|liên lạc|số điện thoại|số đt|sđt|điện thoại|email|thư điện tử|ẩn danh",
    "feedback_attachments": "ảnh|hình|hình ảnh|tệp|file|video|đính kèm",
    "feedback_what": "nội dung|sự việc|mô tả|ý kiến",
    "feedback_when": "thời gian|khi nào|ngày|giờ|lúc",
    "feedback_where": "nơi|địa chỉ|địa điểm|chỗ|ở đâu",
}
_CHANGES = re.compile(r"\b(?:sua|doi|chinh|nham|lon)\b")
_PARTICLES = re.compile(r"(?:\s+(?:mới đúng|mới phải|moi dung|moi phai|cơ|nhé|nha|ạ))+$")
_CORRECTION = re.compile(
    r"\b(?:thành|lại là|phải là|đúng là|thanh|lai la|phai la|dung la|to)\s+(?P<value>.+)$", re.IGNORECASE | re.DOTALL
)


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
        """What a first message already tells, matter, place and time, is not asked for again."""
        slots: dict[str, Any] = dict.fromkeys(self.asks_for)
        slots["feedback_kind"] = "suggestion" if _SUGGESTION.search(fold(turn.text)) else "report"
        slots["feedback_files"] = files_so_far(turn)
        draft = turn.slots.get("feedback_draft")
        wants_draft = turn.entity("field") == LATE if turn.pressed else _LATENESS.search(fold(turn.text))
        if draft and wants_draft:
            slots |= draft
        elif not turn.pressed:
            told = read_report(turn.text)
            if len(keys(told.what)) >= _LEAST_SYLLABLES:
                slots |= _told(told)
        return Outcome(slots=slots)

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:
        """A button of the form, a file without words, a correction, "không có", a phone number or an address."""
        if not turn.text.strip():
            files = len(turn.attachment_ids)
            said = say("feedback.files_taken", count=files) if files else say("feedback.empty")
            return Outcome((Reply(said),), _files(turn))
        if corrected := self._corrected(turn):
            return corrected
        own_button = turn.pressed and turn.intent in ("affirm", "deny", "edit")
        plain = fold(turn.text).strip()
        without = {"feedback_attachments": _NO_PICTURE.match(plain), "feedback_contact": _NO_NUMBER.search(plain)}
        skips = without.get(asked_for) or _skips(turn)
        if own_button or (asked_for != "feedback_what" and (skips or _contact(turn.text))):
            return self.read(turn, asked_for)
        return None

    def read(self, turn: Turn, asked_for: str) -> Outcome:
        """The answer to one question; attachments are welcome at any of them."""
        outcome = self._confirm(turn) if asked_for == SUMMARY else _READERS[asked_for](turn)
        return Outcome(outcome.replies, {**_files(turn), **outcome.slots})

    def correct(self, turn: Turn, asked_for: str) -> Outcome:
        """What was meant instead goes where its words belong: a number, a place, a time; else to the answer before."""
        told = _kind_of(turn.text) or _named_field(turn.text)
        if told and turn.slots.get(told) is not None:
            return _READERS[told](turn)
        return super().correct(turn, asked_for)

    def tells(self, turn: Turn) -> bool:
        """Whether the message names a place or a time."""
        return bool(place(turn.text) or time(turn.text))

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:
        """The question for a slot; for the last one, the summary."""
        if slot != SUMMARY:
            return wording.question(slot.removeprefix("feedback_"))
        return wording.summary({name: values.get(name) for name in (*self.asks_for, "feedback_files", "feedback_kind")})

    def _confirm(self, turn: Turn) -> Outcome:
        """The answer to the summary: send it, or which field to ask for again."""
        text = normalise(turn.text).lower().strip(" .!,")
        if _RIGHT_OR_STOP.fullmatch(text):
            return Outcome((Reply(say("feedback.press")),))
        plain = " ".join(keys(text))
        sends = _YES.fullmatch(fold(text)) or (_SEND_IT.fullmatch(plain) and not _NOT.search(plain))
        if (turn.pressed and turn.intent == "affirm") or sends:
            return Outcome(slots={SUMMARY: SEND})
        named = turn.entity("field") if turn.pressed else _named_field(turn.text)
        if named in (None, "feedback_contact") and (contact := _contact(turn.text)):
            return Outcome(slots={"feedback_contact": contact, SUMMARY: None})
        if named in _READERS:
            return Outcome(slots={named: None})
        if turn.intent in ("edit", "deny") or _NO.fullmatch(fold(text)) or misspoke(text) == "":
            return Outcome((wording.which_field(),), {SUMMARY: None})
        return Outcome((Reply(say("feedback.press")),))

    def _corrected(self, turn: Turn) -> Outcome | None:
        """A field and its new value in one message: "sửa nơi xảy ra thành ngõ 7"; or a value that tells its field."""
        text = normalise(turn.text)
        correction = None if turn.pressed or asks(text) else _CORRECTION.search(text)
        if not correction:
            return None
        head, value = text[: correction.start()], _PARTICLES.sub("", correction["value"])
        named = _named_field(head) or (_CHANGES.search(fold(head)) and _kind_of(value))
        return _READERS[named](replace(turn, text=value, intent="", entities=())) if named else None


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


def _kind_of(text: str) -> str | None:
    """The slot that a number, a place or a time belongs to."""
    kinds = (("feedback_contact", _contact), ("feedback_where", place), ("feedback_when", time))
    return next((slot for slot, read in kinds if read(text)), None)


def _read_what(turn: Turn) -> Outcome:
    if turn.pressed or len(keys(turn.text)) < _LEAST_SYLLABLES:
        return Outcome((Reply(say("feedback.tell_more")),))
    told = _told(read_report(turn.text))
    known = (slot for slot in ("feedback_where", "feedback_when") if turn.slots.get(slot) is not None)
    return Outcome(slots=told | {slot: turn.slots[slot] for slot in known})


def _told(told: Told) -> dict[str, Any]:
    """The slots that a message fills; what it does not tell stays open."""
    return {
        "feedback_what": _sentence(told.what),
        "feedback_where": told.where or None,
        "feedback_when": told.when or None,
    }


def _read_where(turn: Turn) -> Outcome:
    return _read_text(turn, "feedback_where")


def _read_when(turn: Turn) -> Outcome:
    field = turn.entity("field")
    if field == "today":
        return Outcome(slots={"feedback_when": _dated("feedback.today")})
    if field == "now":
        return Outcome(slots={"feedback_when": _dated("feedback.now")})
    return _read_text(turn, "feedback_when")


def _dated(key: str) -> str:
    return f"{say(key)}, {dt.datetime.now(TIME_ZONE):%d/%m/%Y}"


def _read_text(turn: Turn, slot: str) -> Outcome:
    """Any text, nothing for "không có"; a button of another question is no answer."""
    if _skips(turn):
        return Outcome(slots={slot: ""})
    return Outcome() if turn.pressed else Outcome(slots={slot: turn.text.strip()[:_LONGEST]})


def _read_attachments(turn: Turn) -> Outcome:
    if _skips(turn) or turn.intent == "affirm" or _NO_PICTURE.match(fold(turn.text).strip()):
        return Outcome(slots={"feedback_attachments": True})
    if turn.pressed:
        return Outcome()
    if contact := _contact(turn.text):
        return Outcome(slots={"feedback_attachments": True, "feedback_contact": contact})
    told = f"{turn.slots.get('feedback_what') or ''} {_sentence(turn.text)}".strip()[:_LONGEST]
    return Outcome((Reply(say("feedback.added")),), {"feedback_what": told, "feedback_attachments": True})


def _read_contact(turn: Turn) -> Outcome:
    if contact := _contact(turn.text):
        return Outcome(slots={"feedback_contact": contact})
    if turn.entity("field") == ANONYMOUS or _skips(turn) or _anonymous(fold(turn.text)):
        return Outcome(slots={"feedback_contact": ANONYMOUS})
    return Outcome((Reply(say("feedback.no_contact")),))


def _anonymous(plain: str) -> bool:
    return bool(_ANONYMOUS.search(plain) or _NO_NUMBER.search(plain))


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
            return Outcome((Reply(say("feedback.no_code_known"), (person(), feedback())),), ends_form=True)
        return None

    def read(self, turn: Turn, asked_for: str) -> Outcome:  # noqa: ARG002
        """No code."""
        return Outcome((Reply(say("feedback.no_code")),))

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:  # noqa: ARG002
        """The question for the code."""
        return Reply(say("feedback.ask_code"))


class FeedbackStatus(TurnAction):
    """Ends the form: looks the case up."""

    label = "action_feedback_status"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """State, due date, the last public note, and what may be said of an answer; nothing when broken off."""
        code = turn.slots.get("tracking_code")
        if not code:
            return Outcome(slots={"tracking_code": None})
        async with self._database.session() as session:
            seen = await find_feedback(session, code)
        if seen is None:
            again = button(say("buttons.again"), "feedback_status")
            return Outcome((Reply(say("feedback.not_found", code=code), (again, person())),), {"tracking_code": None})
        return Outcome((Reply(wording.status(seen), ratings.offers(seen)),), {"tracking_code": None})
