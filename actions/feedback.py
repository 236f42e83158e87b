"""Reports and suggestions (phản ánh, kiến nghị): filling one in, correcting it, sending it, and following it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions import feedback_wording as wording
from actions import ratings
from actions.code_forms import CodeForm
from actions.corrections import contrasted, misspoke, put_right
from actions.dossier_followups import LATE
from actions.feedback_answers import (
    ANONYMOUS,
    LEAST_SYLLABLES,
    NO_NUMBER,
    NO_PICTURE,
    contact,
    files_so_far,
    new_files,
    place_is_open,
    read_answer,
    skips,
    told_slots,
)
from actions.feedback_reading import address, place, read_report, time, vague, without_steering
from actions.forms import Form, asks
from actions.payloads import button, feedback, person
from actions.turn import FALLBACK, Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import keys
from records.database import Database
from records.feedback import NewFeedback, file_feedback, find_feedback
from records.privacy import consents
from records.privacy.consents import Purpose

SEND = "send"
SUMMARY = "feedback_confirm"
_SUGGESTION = re.compile(r"\b(?:kien nghi|de xuat|gop y|de nghi|dong gop y kien)\b")
_LATENESS = re.compile(r"\b(?:(?:bi|cham|vu) tre|tre (?:hen|han|vay|qua|the|roi|nai)|qua (?:han|hen))\b")
_YES = re.compile(
    r"(?:da |a |u |ok |vang |co |dung |dung roi )*"
    r"(?:g[uo]i(?: di| luon| giup \w+)?|dong y(?: gui)?|xac nhan|chinh xac|chuan|dung(?: roi| vay| the)?"
    r"|ok|oke|okay|duoc|vang|co|u|uh|da|yes|send(?: it)?)(?: a| nhe| nha| em| con| chau| di| roi| luon)*"
)
_SEND_IT = re.compile(r"(?:\w+ ){0,4}g[uo]i (?:di|luon|gium|giup|nha|nhe)(?: \w+){0,2}")
_NOT = re.compile(r"\b(?:khong|hong|ko|k|chua|dung|khoan|thoi)\b")
_AGREES = re.compile(
    r"(?:(?:da|a|u|uh|roi|thoi|the|xong|ok|oke|okay|vang|co|duoc|dung|chinh xac|chuan)(?: roi| vay| the)?[ ,.!]+)*"
    r"(?P<sends>g[uo]i(?: (?:di|luon|giup|gium|ho|nhe|nha)(?: (?:toi|tui|em|minh|bac|co|chu|anh|chi|con|chau))*)+)?"
    r"(?: (?:em|con|chau|ad|a|nhe|nha|di|voi))*(?:[ ,.!]+|$)"
)
"""On folded text: an opening that says yes to the summary, or to send it."""
_WHEN_ANSWERED = re.compile(
    r"\b(?:bao gio|khi nao|luc nao|bao lau|chung nao|may ngay|may hom|may bua|hom nao|ngay nao)\b"
)
_FEW = 2
"""Syllables up to which words before "bao giờ" are no sentence of their own."""
_NO = re.compile(r"(?:da |a )*(?:khong|hong|ko|k|chua|no)(?: gui)?(?: a| nhe| em| dau)*")
_RIGHT_OR_STOP = re.compile(r"dung(?: (?:a|em))*")
"""Without accents, "đúng" and "dừng" are the same word."""
_FIELDS = {
    "feedback_contact": "liên hệ|liên lạc|số điện thoại|số đt|sđt|điện thoại|email|thư điện tử|ẩn danh",
    "feedback_attachments": "ảnh|hình|hình ảnh|tệp|file|video|đính kèm",
    "feedback_what": "nội dung|sự việc|mô tả|ý kiến",
    "feedback_when": "thời gian|khi nào|ngày|(?<!bao )(?<!mấy )giờ|lúc",
    "feedback_where": "nơi|địa chỉ|địa điểm|chỗ|ở đâu",
}
_WAITING = ("ask_time", "ask_wait", "feedback_status", FALLBACK)
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
            if len(keys(told.what)) >= LEAST_SYLLABLES:
                slots |= told_slots(told)
        begun = (Reply(say("feedback.begun", kind=wording.kind_name(slots["feedback_kind"]))),)
        return Outcome(begun if slots["feedback_what"] else (), slots)

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:
        """A button of the form, a file without words, a correction, "không có", a phone number or an address."""
        if not turn.text.strip():
            files = len(turn.attachment_ids)
            said = say("feedback.files_taken", count=files) if files else say("feedback.empty")
            return Outcome((Reply(said),), new_files(turn))
        told = self._put_right(turn) or self._corrected(turn) or self._place_at_last(turn, asked_for)
        if told or (asked_for == SUMMARY and (told := _sent_or_waiting(turn))):
            return told
        if not turn.pressed and not without_steering(turn.text):
            return Outcome()
        own_button = turn.pressed and turn.intent in ("affirm", "deny", "edit")
        plain = fold(turn.text).strip()
        without = {"feedback_attachments": NO_PICTURE.match(plain), "feedback_contact": NO_NUMBER.search(plain)}
        answered = without.get(asked_for) or skips(turn) or contact(turn.text)
        if own_button or (asked_for != "feedback_what" and answered):
            return self.read(turn, asked_for)
        return None

    def read(self, turn: Turn, asked_for: str) -> Outcome:
        """The answer to one question; attachments are welcome at any of them."""
        outcome = self._confirm(turn) if asked_for == SUMMARY else read_answer(turn, asked_for)
        return Outcome(outcome.replies, {**new_files(turn), **outcome.slots})

    def correct(self, turn: Turn, asked_for: str) -> Outcome | None:
        """What was meant instead goes where its words belong: a number, a place, a time; else to the answer before."""
        told = _kind_of(turn.text) or _named_field(turn.text)
        if told and turn.slots.get(told) is not None:
            return read_answer(turn, told)
        return super().correct(turn, asked_for)

    def tells(self, turn: Turn) -> bool:
        """Whether the message names a place or a time."""
        return bool(place(turn.text) or time(turn.text))

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:
        """The question for a slot; for the last one, the summary."""
        if slot == "feedback_where" and vague(where := place(values.get("feedback_what") or "")) and where:
            return wording.which_place(where)
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
        if named in (None, "feedback_contact") and (given := contact(turn.text)):
            return Outcome(slots={"feedback_contact": given, SUMMARY: None})
        if named in _FIELDS:
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
        return read_answer(replace(turn, text=value, intent="", entities=()), named) if named else None

    def _put_right(self, turn: Turn) -> Outcome | None:
        """ "Ngõ 6 chứ không phải ngõ 5" wherever it was filled in; ``None`` where nothing holds it."""
        pair = None if turn.pressed else contrasted(turn.text)
        if pair is None:
            return None
        if (given := contact(pair[0])) and turn.slots.get("feedback_contact") == contact(pair[1]):
            return Outcome(slots={"feedback_contact": given})
        filled = ((slot, turn.slots.get(slot)) for slot in self.asks_for)
        better = {slot: put_right(value, *pair) for slot, value in filled if isinstance(value, str)}
        changed = {slot: value for slot, value in better.items() if value}
        said = say("feedback.put_right", right=pair[0], wrong=pair[1])
        return Outcome((Reply(said),), changed) if changed else None

    def _place_at_last(self, turn: Turn, asked_for: str) -> Outcome | None:
        """An address that comes after another question, where no place in particular was told."""
        if (
            turn.pressed
            or asked_for in ("feedback_what", "feedback_where")
            or asks(turn.text)
            or not place_is_open(turn)
        ):
            return None
        where = address(turn.text)
        when = {} if turn.slots.get("feedback_when") else {"feedback_when": time(turn.text) or None}
        told = {"feedback_where": where} | when
        return Outcome((Reply(say("feedback.place_noted", place=where)),), told) if where else None


def _agreed(text: str) -> str | None:
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


def _sent_or_waiting(turn: Turn) -> Outcome | None:
    """A yes to the summary, also before a question; or the question when it is answered, which sends nothing."""
    if turn.pressed:
        return None
    if _agreed(turn.text) is not None:
        return Outcome(slots={SUMMARY: SEND})
    waits = _WHEN_ANSWERED.search(fold(turn.text)) and not _CHANGES.match(fold(turn.text))
    return Outcome((Reply(say("feedback.due_once_sent")),)) if waits and turn.intent in _WAITING else None


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
    kinds = (("feedback_contact", contact), ("feedback_where", place), ("feedback_when", time))
    return next((slot for slot, read in kinds if read(text)), None)


class EndFeedback(TurnAction):
    """Ends the form: files what was confirmed, and forgets it either way."""

    label = "action_end_feedback"

    def __init__(self, database: Database, outside: TurnAction) -> None:
        """``outside`` answers what was asked in one message with the yes."""
        self._database = database
        self._outside = outside

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
        receipt = wording.receipt(filed, new.kind)
        asked = _agreed(turn.text)
        if not asked:
            return Outcome((receipt,), forgotten)
        if _WHEN_ANSWERED.search(fold(asked)):
            return Outcome((receipt, wording.due_by(filed.due_on)), forgotten)
        served = await self._outside.take(replace(turn, text=asked, intent=FALLBACK, sure=False))
        return replace(served, replies=(receipt, *served.replies), slots={**forgotten, **served.slots})


class FeedbackStatusForm(CodeForm):
    """Asks for the tracking code."""

    label = "validate_feedback_status_form"
    form = "feedback_status_form"
    asks_for = ("tracking_code",)
    come_back = "feedback.come_back"

    def open(self, turn: Turn) -> Outcome:
        """A code in the first message is not asked for again."""
        return Outcome(slots={"tracking_code": turn.entity("tracking_code")})

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:  # noqa: ARG002
        """The code."""
        if code := turn.entity("tracking_code"):
            return Outcome(slots={"tracking_code": code})
        if turn.entity("dossier_code"):
            return Outcome(ends_form=True, next_action="dossier_form")
        return None

    def without_code(self) -> Reply:
        """Where the code stands."""
        return Reply(say("feedback.no_code_known"), (person(), feedback()))

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
