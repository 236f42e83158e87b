"""What to say when somebody is in danger: the number first."""

from __future__ import annotations

from dataclasses import replace

from actions.procedures import Procedures
from actions.small_talk import asks_for_time
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say

_KINDS = ("fire", "crime", "medical", "child", "self_harm")
_NEARLY_CERTAIN = 0.9


def is_emergency(turn: Turn) -> bool:
    """Whether the message speaks of danger beyond doubt: by its words, or because the classifier is as good as sure."""
    return turn.intent == "emergency" and (turn.entity("emergency") is not None or turn.confidence >= _NEARLY_CERTAIN)


def first_aid(turn: Turn) -> Reply:
    """The number to call, by the kind of danger that was recognised; all of them where it was not."""
    kind = turn.entity("emergency")
    return Reply(f"{say(f'emergencies.{kind if kind in _KINDS else "any"}')}\n{say('emergencies.closing')}")


class Emergency(TurnAction):
    """Answers an emergency outside the forms."""

    label = "action_emergency"

    def __init__(self, procedures: Procedures) -> None:
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The number to call; behind it, where that is in doubt, the answer to what the message asks.

        "My wife had a stroke, her hand shakes: how can she sign" needs both.
        """
        if turn.pressed or is_emergency(turn):
            return Outcome((first_aid(turn),))
        if asks_for_time(turn):
            return Outcome((Reply(say("small_talk.take_your_time")),))
        answered = await self._procedures.known(turn) or Outcome()
        return replace(answered, replies=(first_aid(turn), *answered.replies))
