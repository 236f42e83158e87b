"""What a message answers to each question of the form for a report or suggestion."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from actions.feedback_reading import Told, happens, moment, place, read_report, time, vague, without_steering
from actions.turn import Outcome, Reply, Turn
from actions.wordings import say
from nlu.text.abbreviations import folded
from nlu.text.codes import find_codes
from nlu.text.normalise import fold, normalise
from nlu.text.numbers import spoken_to_written
from nlu.text.tokens import keys
from records.feedback import TIME_ZONE

ANONYMOUS = "anonymous"
LEAST_SYLLABLES = 3
_LONGEST = 4_000
_A_SENTENCE = 7
"""Syllables from which on what is said instead of a number belongs to the matter."""
_NONE = re.compile(
    r"(?:(?:da|a|toi|tui|em|con|chau|bac|minh) )*(?:khong(?: co| can| nho(?: ro)?| biet(?: ro)?| ro)?(?: gi)?"
    r"(?: them| dia chi| cho nao| chinh xac| cu the| lam)*(?: anh| tep| nua)*"
    r"|khong gan voi noi nao|khong o dau ca|bo qua|xong(?: roi)?|het(?: roi)?|chua|ko|k|thoi du roi|du roi)"
    r"(?: a| nhe| em| dau| chau| con| ad)*"
)
_ANONYMOUS = re.compile(
    r"\b(?:an danh|anonymous(?:ly)?|giau ten|khong (?:muon )?(?:neu|de|cho|dua|cung cap|can)(?: lai)?)\b"
)
NO_NUMBER = re.compile(
    r"\b(?:khong|hong|khoi|ko|k)(?: (?:can|muon))? (?:de|cho|ghi|neu|dua|luu)(?: lai)?"
    r" (?:so|ten|sdt|lien he|thong tin)\b"
)
NO_PICTURE = re.compile(
    r"(?:(?:da|a|u|thoi|khoi)[ ,]+)*(?:khong|hong|ko|k|chua|chang|khoi)(?: (?:co|gui|can|chup|them))* "
    r"(?:hinh|anh|tep|file|video|clip)\b"
)
_ABOUT_NUMBER = re.compile(r"\d|\b(?:so|sdt|dien thoai|e?mail|lien (?:he|lac))\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def read_answer(turn: Turn, slot: str) -> Outcome:
    """The answer to the question for ``slot``, without what only steers the talk."""
    return _READERS[slot](turn if turn.pressed else replace(turn, text=without_steering(turn.text)))


def files_so_far(turn: Turn) -> list[str]:
    """The files of the report, those of this message included; also those sent before the report began."""
    return list(dict.fromkeys([*(turn.slots.get("feedback_files") or ()), *turn.attachment_ids]))


def new_files(turn: Turn) -> dict[str, Any]:
    """The slot for the files, where this message brought some."""
    return {"feedback_files": files_so_far(turn)} if turn.attachment_ids else {}


def told_slots(told: Told) -> dict[str, Any]:
    """The slots that a message fills; what it does not tell, or tells of no place in particular, stays open."""
    return {
        "feedback_what": sentence(told.what),
        "feedback_where": told.where if told.where and not vague(told.where) else None,
        "feedback_when": told.when or None,
    }


def contact(text: str) -> str | None:
    """The phone number, typed or spoken, or the e-mail address in ``text``."""
    written = spoken_to_written(normalise(text))
    phone = next((code.value for code in find_codes(written) if code.kind == "phone"), None)
    email = _EMAIL.search(written)
    return phone or (email.group() if email else None)


def skips(turn: Turn) -> bool:
    """Whether the message leaves the question open: "không có", "không rõ", or its button."""
    said = folded(turn.text).strip(" .!,")
    return (turn.pressed and turn.intent == "deny") or _NONE.fullmatch(said) is not None


def sentence(text: str) -> str:
    """``text`` with a capital letter, and no longer than a report may be."""
    text = text.strip()[:_LONGEST]
    return text[:1].upper() + text[1:]


def place_is_open(turn: Turn) -> bool:
    """Whether the place was asked for, and no place in particular was told."""
    where = turn.slots.get("feedback_where")
    return where is not None and (not where or vague(where))


def _read_what(turn: Turn) -> Outcome:
    if turn.pressed or len(keys(turn.text)) < LEAST_SYLLABLES:
        return Outcome((Reply(say("feedback.tell_more")),))
    told = told_slots(read_report(turn.text))
    known = (slot for slot in ("feedback_where", "feedback_when") if turn.slots.get(slot) is not None)
    return Outcome(slots=told | {slot: turn.slots[slot] for slot in known})


def _read_where(turn: Turn) -> Outcome:
    """Any text but one that tells what happened, or when, instead: that is kept, and the place asked for again."""
    if not turn.pressed and not skips(turn) and not place(turn.text) and (said := time(turn.text)):
        when = {"feedback_when": turn.slots.get("feedback_when") or said}
        rest = turn.text if happens(turn.text) else moment(turn.text)[1]
        if rest:
            return Outcome((Reply(say("feedback.added")),), _added(turn, rest) | when)
        if said == turn.text.strip(" .!"):
            return Outcome(slots=when)
    return _read_text(turn, "feedback_where")


def _read_when(turn: Turn) -> Outcome:
    """Any text; of one that tells more than the time, the rest belongs to the matter."""
    field = turn.entity("field")
    if field == "today":
        return Outcome(slots={"feedback_when": _dated("feedback.today")})
    if field == "now":
        return Outcome(slots={"feedback_when": _dated("feedback.now")})
    when, rest = ("", "") if turn.pressed else moment(turn.text)
    if rest:
        return Outcome((Reply(say("feedback.added")),), _added(turn, rest) | {"feedback_when": when})
    return _read_text(turn, "feedback_when")


def _dated(key: str) -> str:
    return f"{say(key)}, {dt.datetime.now(TIME_ZONE):%d/%m/%Y}"


def _read_text(turn: Turn, slot: str) -> Outcome:
    """Any text, nothing for "không có"; a button of another question is no answer."""
    if skips(turn):
        return Outcome(slots={slot: ""})
    return Outcome() if turn.pressed else Outcome(slots={slot: turn.text.strip()[:_LONGEST]})


def _read_attachments(turn: Turn) -> Outcome:
    if skips(turn) or turn.intent == "affirm" or NO_PICTURE.match(fold(turn.text).strip()):
        return Outcome(slots={"feedback_attachments": True})
    if turn.pressed:
        return Outcome()
    if given := contact(turn.text):
        return Outcome(slots={"feedback_attachments": True, "feedback_contact": given})
    where = place(turn.text) if place_is_open(turn) else ""
    told = {"feedback_where": where} if where and not vague(where) else {}
    return Outcome((Reply(say("feedback.added")),), _added(turn, turn.text) | told | {"feedback_attachments": True})


def _added(turn: Turn, text: str) -> dict[str, Any]:
    before = (turn.slots.get("feedback_what") or "").rstrip(" .,;")
    return {"feedback_what": f"{before}. {sentence(text)}".removeprefix(". ")[:_LONGEST]}


def _read_contact(turn: Turn) -> Outcome:
    if given := contact(turn.text):
        return Outcome(slots={"feedback_contact": given})
    if turn.entity("field") == ANONYMOUS or skips(turn) or _anonymous(fold(turn.text)):
        return Outcome(slots={"feedback_contact": ANONYMOUS})
    if len(keys(turn.text)) >= _A_SENTENCE and not _ABOUT_NUMBER.search(fold(turn.text)):
        return Outcome((Reply(say("feedback.added")),), _added(turn, turn.text))
    return Outcome((Reply(say("feedback.no_contact")),))


def _anonymous(plain: str) -> bool:
    return bool(_ANONYMOUS.search(plain) or NO_NUMBER.search(plain))


_READERS = {
    "feedback_what": _read_what,
    "feedback_where": _read_where,
    "feedback_when": _read_when,
    "feedback_attachments": _read_attachments,
    "feedback_contact": _read_contact,
}
