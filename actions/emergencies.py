"""What to say when somebody is in danger: the number first."""

from __future__ import annotations

from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say

_KINDS = ("fire", "crime", "medical", "child", "self_harm")


def first_aid(turn: Turn) -> Reply:
    """The number to call, by the kind of danger that was recognised; all of them where it was not."""
    kind = turn.entity("emergency")
    return Reply(f"{say(f'emergencies.{kind if kind in _KINDS else "any"}')}\n{say('emergencies.closing')}")


class Emergency(TurnAction):
    """Answers an emergency outside the forms."""

    label = "action_emergency"

    async def take(self, turn: Turn) -> Outcome:
        """The number to call."""
        return Outcome((first_aid(turn),))
