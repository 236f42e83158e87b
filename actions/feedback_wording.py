"""What is said while a report or suggestion is filled in, sent and followed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from actions.payloads import Button, button
from actions.turn import Reply, Turn
from actions.wordings import say
from records.feedback import FeedbackView, FiledFeedback
from records.privacy import consents
from records.privacy.consents import Purpose

FIELDS = ("what", "where", "when", "attachments", "contact")


def question(field: str) -> Reply:
    """The question for one of ``FIELDS``."""
    asked = consents.wording(Purpose.CONTACT).text
    return Reply(say(f"feedback.ask_{field}", asked=asked), _answers(field))


def which_place(where: str) -> Reply:
    """The question for the place, where what was told of it cannot be found by others."""
    return Reply(say("feedback.ask_which_place", place=where), _answers("where"))


def which_contact(number: str) -> Reply:
    """Whether the number that the matter tells may be used for the answer."""
    text = say("feedback.ask_which_contact", number=number, asked=consents.wording(Purpose.CONTACT).text)
    return Reply(text, (button(say("feedback.use_it"), "affirm"), *_answers("contact")))


def contact_noted(number: str) -> Reply:
    """That a number was kept before it was asked for, with what it means to give it."""
    return Reply(say("feedback.contact_noted", number=number, asked=consents.wording(Purpose.CONTACT).text))


def which_field() -> Reply:
    """Which part to correct."""
    buttons = (button(say(f"feedback.field_{field}"), "edit", field=f"feedback_{field}") for field in FIELDS)
    return Reply(say("feedback.which_field"), tuple(buttons))


def kind_name(kind: str | None) -> str:
    """The word for a report or a suggestion."""
    return say("feedback.suggestion" if kind == "suggestion" else "feedback.report")


def summary(values: Mapping[str, Any]) -> Reply:
    """Everything that was filled in, with the buttons to send, correct or drop it."""
    contact = values["feedback_contact"]
    text = say(
        "feedback.summary",
        kind=kind_name(values["feedback_kind"]),
        what=values["feedback_what"],
        where=values["feedback_where"] or say("feedback.not_given"),
        when=values["feedback_when"] or say("feedback.not_given"),
        files=len(values["feedback_files"] or ()) or say("feedback.none"),
        contact=say("feedback.anonymous") if contact == "anonymous" else contact,
    )
    buttons = (("send", "affirm"), ("edit", "edit"), ("drop", "stop"))
    return Reply(text, tuple(button(say(f"feedback.{title}"), intent) for title, intent in buttons))


def receipt(filed: FiledFeedback, kind: str) -> Reply:
    """The tracking code and the day by which an answer is due."""
    due = f"{filed.due_on:%d/%m/%Y}"
    return Reply(say("feedback.receipt", kind=kind_name(kind), code=filed.tracking_code, due=due))


def due_by(day: dt.date) -> Reply:
    """The day by which an answer is due, in one sentence."""
    return Reply(say("feedback.due_by", day=f"{day:%d/%m/%Y}"))


def due_again(turn: Turn) -> Reply | None:
    """The day that the last replies name for the answer to a case; ``None`` where they name none."""
    for key in ("feedback.due", "feedback.due_by"):
        named = re.compile(re.escape(say(key, day="DAY")).replace("DAY", r"(\d\d/\d\d/\d{4})"))
        for reply in turn.last_replies:
            if found := named.search(reply.text):
                return Reply(say("feedback.due_by", day=found[1]))
    return None


def status(seen: FeedbackView) -> str:
    """Where a case stands."""
    lines = [
        say("feedback.status", kind=kind_name(seen.kind), code=seen.tracking_code),
        say("feedback.state", state=seen.state.label),
        say("feedback.filed", day=f"{seen.filed_on:%d/%m/%Y}"),
        say("feedback.due", day=f"{seen.due_on:%d/%m/%Y}"),
    ]
    if seen.note:
        lines.append(say("feedback.answered", note=seen.note))
    if seen.demonstration:
        lines.append(say("feedback.demonstration"))
    return "\n".join(lines)


def _answers(field: str) -> tuple[Button, ...]:
    """The buttons under a question."""
    titles = {
        "where": (button(say("feedback.no_place"), "deny"),),
        "when": (
            button(say("feedback.now"), "edit", field="now"),
            button(say("feedback.today"), "edit", field="today"),
            button(say("feedback.unknown_time"), "deny"),
        ),
        "attachments": (button(say("feedback.no_files"), "deny"),),
        "contact": (button(say("feedback.anonymously"), "edit", field="anonymous"),),
    }
    return titles.get(field, ())
