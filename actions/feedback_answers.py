"""What a message answers to each question of the form for a report or suggestion."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from actions.feedback_reading import (
    PARTS,
    Bearings,
    Told,
    bearings,
    locates,
    place,
    read_report,
    time,
    vague,
    without_steering,
)
from actions.feedback_sending import says_yes, sends
from actions.feedback_wording import contact_noted
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
_OPENS = r"(?:(?:da|a|u|o|thoi|khoi|vay|rua|the|thi|ma|toi|tui|em|con|chau|bac|minh)\b[ ,]*)*"
_NOT = r"(?:khong|hong|ko|k|kg|khoi|dung|chang|cha|chua)"
_NONE = re.compile(
    rf"{_OPENS}(?:khong(?: co| can| nho(?: ro)?| biet(?: ro)?| ro)?(?: gi)?"
    r"(?: them| dia chi| cho nao| chinh xac| cu the| lam)*(?: anh| tep| nua)*"
    r"|khong gan voi noi nao|khong o dau ca|bo qua|xong(?: roi)?|het(?: roi)?|chua|ko|k|thoi du roi|du roi)"
    r"(?: a| nhe| nha| nghen| di| em| dau| mo| chau| con| ad)*"
)
_ANONYMOUS = re.compile(
    r"\b(?:an danh|anonymous(?:ly)?|giau ten|khong (?:muon )?(?:neu|de|cho|dua|cung cap|can)(?: lai)?)\b"
)
_NO_NUMBER = re.compile(
    rf"\b{_NOT}(?: (?:can|muon|dam))? (?:de|cho|ghi|neu|dua|luu)(?: lai)? (?:so|ten|sdt|lien he|thong tin)\b"
    r"|\b(?:khong|hong|ko|k|khoi|chang|cha) (?:co |can )?(?:so|sdt|dien thoai|lien he|lien lac)\b(?! (?:do|nay|ay))"
    rf"|\bso(?: (?:toi|tui|em|con|chau|minh|dien thoai|bac))?(?: thi)? {_NOT} (?:cho|de|ghi|dua|neu)\b"
)
"""On folded text: no number is given."""
_PICTURE = r"(?:hinh|anh|tep|file|video|clip)\b"
_NO_PICTURE = re.compile(
    rf"{_OPENS}{_NOT}(?: (?:co|gui|can|chup|them|kip|duoc))* (?:{_PICTURE}|chup\b)"
    rf"|{_OPENS}{_PICTURE}(?: \w+){{0,2}} {_NOT} (?:co|chup|gui|kip)\b"
    rf"|(?:\w+ ){{0,5}}(?:dau|mo|lam gi) (?:ma )?co {_PICTURE}"
    r"|(?:\w+ ){0,3}(?:ai (?:ma )?(?:dam|kip|dau)|(?:dam|kip|biet)(?= chup (?:\w+ )?(?:gi )?(?:dau|mo)\b)) chup\b"
    rf"|(?:\w+ ){{0,4}}{_PICTURE}(?: \w+){{0,3}} (?:toi|mai|lat|ti|chut|de)(?: \w+){{0,3}} gui$"
    r"|(?:\w+[ ,]+){0,9}gui sau\b(?! (?:thi )?(?:co )?duoc)"
)
"""On folded text: there is no picture, or none now."""
_ABOUT_NUMBER = re.compile(r"\d|\b(?:so|sdt|dien thoai|e?mail|lien (?:he|lac))\b")
_NAMES_NUMBER = re.compile(r"(?:so|sdt|dien thoai|ten|(?:toi|tui|em|minh) (?:la|ten))\b(?! (?:nha|\d))")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def read_answer(turn: Turn, slot: str) -> Outcome:
    """The answer to the question for ``slot``, without what only steers the talk; a number beside it is kept too."""
    if turn.pressed:
        return _READERS[slot](turn)
    text = without_steering(turn.text)
    given = contact(text) if slot in ("feedback_where", "feedback_when") else None
    if given is None:
        return _READERS[slot](replace(turn, text=text))
    text = ", ".join(part for part in PARTS.split(text) if part and (bearings(part).where or not _is_number(part)))
    read = _READERS[slot](replace(turn, text=text)) if text else Outcome()
    return Outcome((contact_noted(given), *read.replies), {**read.slots, "feedback_contact": given})


def _is_number(part: str) -> bool:
    return contact(part) is not None or _NAMES_NUMBER.match(fold(part)) is not None


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


def withheld(text: str) -> bool:
    """Whether ``text`` wants no number to be kept; one that follows such words is given after all."""
    text = normalise(text)
    plain = fold(text)
    found = _ANONYMOUS.search(plain) or _NO_NUMBER.search(plain)
    return found is not None and not contact(text[found.end() :] if len(plain) == len(text) else text)


def settles_contact(text: str) -> bool:
    """Whether ``text`` answers the question for a number without one."""
    return withheld(text) or sends(text)


def without_picture(text: str) -> bool:
    """Whether ``text`` says that there is no picture, or none now."""
    return _NO_PICTURE.match(fold(normalise(text)).strip()) is not None


def skips(turn: Turn) -> bool:
    """Whether the message leaves the question open: "không có", "không rõ", or its button."""
    said = folded(turn.text).strip(" .!,")
    return (turn.pressed and turn.intent == "deny") or _NONE.fullmatch(said) is not None


def sentence(text: str) -> str:
    """``text`` with a capital letter, and no longer than a report may be."""
    text = text.strip()[:_LONGEST]
    return text[:1].upper() + text[1:]


def _read_what(turn: Turn) -> Outcome:
    if turn.pressed or len(keys(turn.text)) < LEAST_SYLLABLES:
        return Outcome((Reply(say("feedback.tell_more")),))
    told = told_slots(read_report(turn.text))
    known = (slot for slot in ("feedback_where", "feedback_when") if turn.slots.get(slot) is not None)
    return Outcome(slots=told | {slot: turn.slots[slot] for slot in known})


def _read_where(turn: Turn) -> Outcome:
    """Any text but one that tells what happened, or when, instead: that is kept, and the place asked for again."""
    told = Bearings() if turn.pressed or skips(turn) else bearings(turn.text)
    slots = refined(turn, told)
    if not slots and (told.where or not _tells_a_lot(told.rest) or locates(told.rest)):
        return _read_text(turn, "feedback_where")
    return with_rest(turn, told.rest, {"feedback_where": None} | slots)


def _read_when(turn: Turn) -> Outcome:
    """Any text but one that tells the matter or the place instead; what a message tells goes where it belongs."""
    field = turn.entity("field")
    if field == "today":
        return Outcome(slots={"feedback_when": _dated("feedback.today")})
    if field == "now":
        return Outcome(slots={"feedback_when": _dated("feedback.now")})
    told = Bearings() if turn.pressed or skips(turn) else bearings(turn.text)
    slots = refined(turn, told)
    if not slots and not _tells_a_lot(told.rest):
        return _read_text(turn, "feedback_when")
    return with_rest(turn, told.rest, slots)


def refined(turn: Turn, told: Bearings) -> dict[str, Any]:
    """The slots of place and time with what a message tells of them.

    What parts of their own say stands beside what was known; what stands within a story only fills what is open.
    """
    where, when = ((turn.slots.get(f"feedback_{name}") or "") for name in ("where", "when"))
    known = "" if vague(where) else where
    slots = {
        "feedback_where": _beside(known, told.where) if not vague(told.where) else "",
        "feedback_when": _beside(when, told.when),
    }
    open_place = place(told.rest) if not known else ""
    within = {
        "feedback_where": "" if vague(open_place) else open_place,
        "feedback_when": time(told.rest) if not when else "",
    }
    return {slot: value or within[slot] for slot, value in slots.items() if value or within[slot]}


def _beside(known: str, new: str) -> str:
    """``new`` beside what is ``known``; the longer one where it contains the other."""
    one, other = (" ".join(keys(text)) for text in (known, new))
    if other in one:
        return known if new else ""
    return new if one in other else f"{known}, {new}"


def _tells_a_lot(text: str) -> bool:
    return len(keys(text)) >= _A_SENTENCE


def with_rest(turn: Turn, rest: str, slots: Mapping[str, Any] = MappingProxyType({})) -> Outcome:
    """``slots``, and ``rest`` added to the matter."""
    return Outcome((Reply(say("feedback.added")),), {**_added(turn, rest), **slots}) if rest else Outcome(slots=slots)


def _dated(key: str) -> str:
    return f"{say(key)}, {dt.datetime.now(TIME_ZONE):%d/%m/%Y}"


def _read_text(turn: Turn, slot: str) -> Outcome:
    """Any text, nothing for "không có"; a button of another question is no answer."""
    if skips(turn):
        return Outcome(slots={slot: ""})
    return Outcome() if turn.pressed else Outcome(slots={slot: turn.text.strip()[:_LONGEST]})


def _read_attachments(turn: Turn) -> Outcome:
    anonymous = {"feedback_contact": ANONYMOUS} if not turn.pressed and withheld(turn.text) else {}
    if skips(turn) or turn.intent == "affirm" or without_picture(turn.text):
        return Outcome(slots={"feedback_attachments": True} | anonymous)
    if turn.pressed:
        return Outcome()
    if given := contact(turn.text):
        return Outcome((contact_noted(given),), {"feedback_attachments": True, "feedback_contact": given})
    if anonymous:
        return Outcome(slots=anonymous)
    told = bearings(turn.text)
    return with_rest(turn, told.rest or turn.text, refined(turn, told) | {"feedback_attachments": True})


def _added(turn: Turn, text: str) -> dict[str, Any]:
    before = (turn.slots.get("feedback_what") or "").rstrip(" .,;")
    return {"feedback_what": f"{before}. {sentence(text)}".removeprefix(". ")[:_LONGEST]}


def _read_contact(turn: Turn) -> Outcome:
    """A number; after a yes, or a wish to send it, the one that the matter tells. What is sent without is anonymous."""
    if turn.entity("field") == ANONYMOUS or skips(turn) or withheld(turn.text):
        return Outcome(slots={"feedback_contact": ANONYMOUS})
    sent = sends(turn.text)
    agrees = turn.intent == "affirm" if turn.pressed else sent or says_yes(turn.text)
    known = contact(turn.slots.get("feedback_what") or "") if agrees else None
    if given := contact(turn.text) or known or (ANONYMOUS if sent else None):
        return Outcome(slots={"feedback_contact": given})
    if _tells_a_lot(turn.text) and not _ABOUT_NUMBER.search(fold(turn.text)):
        told = bearings(turn.text)
        return with_rest(turn, told.rest or turn.text, refined(turn, told))
    return Outcome((Reply(say("feedback.no_contact")),))


_READERS = {
    "feedback_what": _read_what,
    "feedback_where": _read_where,
    "feedback_when": _read_when,
    "feedback_attachments": _read_attachments,
    "feedback_contact": _read_contact,
}
