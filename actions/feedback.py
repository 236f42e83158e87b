"""Reports and suggestions (phản ánh, kiến nghị): filling one in, correcting it, sending it, and following it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from actions import feedback_wording as wording
from actions.corrections import contrasted, misspoke, put_right
from actions.dossier_followups import LATE
from actions.feedback_answers import (
    ANONYMOUS,
    LEAST_SYLLABLES,
    contact,
    files_so_far,
    new_files,
    read_answer,
    refined,
    settles_contact,
    skips,
    told_slots,
    with_rest,
    without_picture,
)
from actions.feedback_questions import about_report
from actions.feedback_reading import bearings, opens_report, place, read_report, time, vague, without_steering
from actions.feedback_sending import CHANGES, agreed, asks_when_answered, says_yes, sends
from actions.forms import Form, Interruptions
from actions.questions import asks, seeks
from actions.turn import FALLBACK, Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import keys
from records.database import Database
from records.feedback import NewFeedback, file_feedback
from records.privacy import consents
from records.privacy.consents import Purpose

SEND = "send"
SUMMARY = "feedback_confirm"
_SUGGESTION = re.compile(r"\b(?:kien nghi|de xuat|gop y|de nghi|dong gop y kien)\b")
_LATENESS = re.compile(r"\b(?:(?:bi|cham|vu) tre|tre (?:hen|han|vay|qua|the|roi|nai)|qua (?:han|hen))\b")
_NO = re.compile(r"(?:da |a )*(?:khong|hong|ko|k|chua|no)(?: gui)?(?: a| nhe| em| dau)*")
_MORE = re.compile(
    r"(?:(?:a|ma|con|da|khoan|em|oi|u|va)[ ,]+)*(?:(?:ghi|noi|cho|nho)(?: \w+)? )?(?:them|bo sung)"
    r"(?: (?:la|nua la|giup|gium|vo|vao))* "
)
"""An opening of what belongs to the matter as well, at the summary."""
_RIGHT_OR_STOP = re.compile(r"dung(?: (?:a|em))*")
"""Without accents, "đúng" and "dừng" are the same word."""
_FIELDS = {
    "feedback_contact": "liên hệ|liên lạc|số điện thoại|số đt|sđt|điện thoại|email|thư điện tử|ẩn danh",
    "feedback_attachments": "ảnh|hình|hình ảnh|tệp|file|video|đính kèm",
    "feedback_what": "nội dung|sự việc|mô tả|ý kiến",
    "feedback_when": "thời gian|khi nào|ngày|(?<!bao )(?<!mấy )giờ|lúc",
    "feedback_where": "nơi|địa chỉ|địa điểm|chỗ|ở đâu",
}
_SURELY_A_REPORT = 0.75
"""Confidence from which on a message begins a report, whatever it asks."""
_NOTED = {"feedback_where": "feedback.place_noted", "feedback_when": "feedback.time_noted"}
_WAITING = ("ask_time", "ask_wait", "feedback_status", FALLBACK)
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

    def __init__(self, interruptions: Interruptions, asked: Callable[[Turn], Awaitable[Outcome | None]]) -> None:
        """``asked`` answers a message that is a question rather than a report, if it can."""
        super().__init__(interruptions)
        self._asked = asked

    async def take(self, turn: Turn) -> Outcome:
        """As every form; what begins it, but asks for help that is known, is answered, and the form ends."""
        answered = await self._asked(turn) if _may_ask(turn) else None
        return replace(answered, ends_form=True) if answered else await super().take(turn)

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
        told = self._put_right(turn) or self._corrected(turn) or self._bearings(turn, asked_for)
        if told or (asked_for == SUMMARY and (told := _sent_or_waiting(turn))):
            return told
        if not turn.pressed and not without_steering(turn.text):
            return Outcome()
        own_button = turn.pressed and turn.intent in ("affirm", "deny", "edit")
        without = {"feedback_attachments": without_picture, "feedback_contact": settles_contact}.get(asked_for)
        answered = (without and without(turn.text)) or skips(turn) or contact(turn.text)
        if own_button or (asked_for != "feedback_what" and answered):
            return self.read(turn, asked_for)
        return None

    async def interrupted(self, turn: Turn, asked_for: str) -> Outcome | None:
        """As every form; questions about the report itself are answered first."""
        about = about_report(turn, asked_for)
        return Outcome((about,)) if about else await super().interrupted(turn, asked_for)

    def read(self, turn: Turn, asked_for: str) -> Outcome:
        """The answer to one question; attachments are welcome at any of them."""
        outcome = self._confirm(turn) if asked_for == SUMMARY else read_answer(turn, asked_for)
        return Outcome(outcome.replies, {**new_files(turn), **outcome.slots})

    def correct(self, turn: Turn, asked_for: str) -> Outcome | None:
        """What was meant instead goes where its words belong: a number, a place, a time; else to the answer before.

        What is no time and no number belongs to the matter rather than to an answer that asked for one.
        """
        text = _PARTICLES.sub("", turn.text)
        told = _kind_of(text) or _named_field(text)
        if told and turn.slots.get(told) is not None:
            return _read_instead(turn, text, told)
        if self.before(turn, asked_for) in ("feedback_when", "feedback_contact"):
            return with_rest(turn, text)
        return super().correct(turn, asked_for)

    def tells(self, turn: Turn) -> bool:
        """Whether the message names a place, a time or a number."""
        return _kind_of(turn.text) is not None

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:
        """The question for a slot; for the last one, the summary."""
        if slot == "feedback_where" and vague(where := place(values.get("feedback_what") or "")) and where:
            return wording.which_place(where)
        if slot == "feedback_contact" and (number := contact(values.get("feedback_what") or "")):
            return wording.which_contact(number)
        if slot != SUMMARY:
            return wording.question(slot.removeprefix("feedback_"))
        return wording.summary({name: values.get(name) for name in (*self.asks_for, "feedback_files", "feedback_kind")})

    def _confirm(self, turn: Turn) -> Outcome:
        """The answer to the summary: send it, or which field to ask for again."""
        text = normalise(turn.text).lower().strip(" .!,")
        if _RIGHT_OR_STOP.fullmatch(text):
            return Outcome((Reply(say("feedback.press")),))
        if turn.intent == "affirm" if turn.pressed else says_yes(text) or sends(text):
            return Outcome(slots={SUMMARY: SEND})
        if more := _more(turn):
            return with_rest(turn, more)
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
        named = _named_field(head) or (CHANGES.search(fold(head)) and _kind_of(value))
        return _read_instead(replace(turn, intent="", entities=()), value, named) if named else None

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

    def _bearings(self, turn: Turn, asked_for: str) -> Outcome | None:
        """A place or a time that comes by itself after another question, beside what is known of it."""
        if turn.pressed or asked_for in self.asks_for[:2] or asks(turn.text) or contact(turn.text):
            return None
        told = bearings(turn.text)
        if asked_for == "feedback_when" and not told.where:
            return None
        better = {} if told.rest else refined(turn, told)
        noted = (Reply(say(_NOTED[slot], told=value)) for slot, value in better.items())
        return Outcome(tuple(noted), better) if better else None


def _more(turn: Turn) -> str:
    """What belongs to the matter as well, after "thêm là" at the summary; empty where a message opens otherwise."""
    text = normalise(turn.text)
    opening = _MORE.match(fold(text))
    more = text[opening.end() :] if opening and not turn.pressed else ""
    return more if len(keys(more)) >= LEAST_SYLLABLES else ""


def _may_ask(turn: Turn) -> bool:
    """Whether what begins the form may ask for help rather than report something."""
    if turn.slots.get("requested_slot") is not None or turn.pressed or turn.confidence >= _SURELY_A_REPORT:
        return False
    return seeks(turn.text) and not opens_report(turn.text)


def _sent_or_waiting(turn: Turn) -> Outcome | None:
    """A yes to the summary, also before a question; or the question when it is answered, which sends nothing."""
    if turn.pressed:
        return None
    if agreed(turn.text) is not None:
        return Outcome(slots={SUMMARY: SEND})
    waits = asks_when_answered(turn.text) and not CHANGES.match(fold(turn.text))
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
    told = bearings(text)
    kinds = {
        "feedback_contact": contact(text),
        "feedback_where": told.where or place(text),
        "feedback_when": told.when or time(text),
    }
    return next((slot for slot, said in kinds.items() if said), None)


def _read_instead(turn: Turn, text: str, slot: str) -> Outcome:
    """``text`` as the better answer for ``slot``, or for the part of a place that it puts right."""
    known = turn.slots.get(slot)
    anew = read_answer(replace(turn, text=text, slots={**turn.slots, slot: None}), slot)
    better = anew.slots.get(slot)
    if slot != "feedback_where" or not (known and better):
        return anew
    return replace(anew, slots={**anew.slots, slot: _instead(known, better)})


def _instead(known: str, new: str) -> str:
    """``new`` in place of the part of ``known`` that begins with the same word, if there is one; else of all of it."""
    parts = known.split(", ")
    alike = [number for number, part in enumerate(parts) if fold(part).split()[:1] == fold(new).split()[:1]]
    return ", ".join([*parts[: alike[0]], new, *parts[alike[0] + 1 :]]) if len(alike) == 1 else new


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
        asked = agreed(turn.text)
        if not asked:
            return Outcome((receipt,), forgotten)
        if asks_when_answered(asked):
            return Outcome((receipt, wording.due_by(filed.due_on)), forgotten)
        served = await self._outside.take(replace(turn, text=asked, intent=FALLBACK, sure=False))
        return replace(served, replies=(receipt, *served.replies), slots={**forgotten, **served.slots})
