"""A message for staff, taken while nobody is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.forms import Form, Interruptions
from actions.handover import Handover
from actions.turn import Outcome, Reply, Turn
from actions.wordings import say

_LONGEST = 4_000


class MessageForm(Form):
    """Asks for one thing: what to tell the official."""

    label = "validate_message_form"
    form = "message_form"
    asks_for = ("left_message",)
    takes_any_text = frozenset({"left_message"})

    def __init__(self, interruptions: Interruptions, handover: Handover) -> None:
        super().__init__(interruptions)
        self._handover = handover

    def open(self, turn: Turn) -> Outcome:  # noqa: ARG002
        """The wish for a person is no message yet."""
        return Outcome(slots={"left_message": None})

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:  # noqa: ARG002
        """Nothing is certain to be a message before it is known to be nothing else."""
        return None

    def read(self, turn: Turn, asked_for: str) -> Outcome:  # noqa: ARG002
        """Any text."""
        text = turn.text.strip()[:_LONGEST]
        if turn.pressed or not text:
            return Outcome((Reply(say("handover.empty_message")),))
        return Outcome(slots={"left_message": text})

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:  # noqa: ARG002
        """Says that nobody is there, and asks for the message."""
        return Reply(say("handover.closed", opens=self._handover.hours()))
