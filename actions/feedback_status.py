"""Following a report or suggestion by its tracking code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions import feedback_wording as wording
from actions import ratings
from actions.code_forms import CodeForm
from actions.payloads import button, feedback, person
from actions.questions import asks
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.abbreviations import folded
from nlu.text.tokens import keys
from records.database import Database
from records.feedback import find_feedback

_SURE = 0.75
"""Confidence from which on a message is about an earlier report, whatever it tells."""
_A_STORY = 14
"""Syllables from which on a message may tell a whole matter."""
_EARLIER = re.compile(
    r"\b(?:phan anh|kien nghi|gop y|bao|gui|don|ma|ket qua|tra loi|phan hoi|tien do|tinh hinh|tra cuu|theo doi|xu ly"
    r"|toi dau|den dau|lan truoc|hom truoc|hom bua)\b"
)
"""On folded text: words of a report that was sent before."""


class FeedbackStatusForm(CodeForm):
    """Asks for the tracking code."""

    label = "validate_feedback_status_form"
    form = "feedback_status_form"
    asks_for = ("tracking_code",)
    come_back = "feedback.come_back"

    async def take(self, turn: Turn) -> Outcome:
        """As every form; a long story that asks nothing of an earlier report, and was hardly understood so, is one."""
        begins = turn.slots.get("requested_slot") is None and not turn.pressed and not turn.entity("tracking_code")
        hardly = begins and turn.confidence < _SURE and len(keys(turn.text)) >= _A_STORY
        if hardly and not asks(turn.text) and not _EARLIER.search(folded(turn.text)):
            return Outcome(ends_form=True, next_action="feedback_form")
        return await super().take(turn)

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
