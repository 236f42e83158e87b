"""What follows when the citizen says that something else was meant."""

from __future__ import annotations

from actions.corrections import meant, misheard
from actions.offers import NOTHING_WAITS
from actions.payloads import person
from actions.procedures import Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say


class Correct(TurnAction):
    """Answers what was meant, offers what else it may have been, or asks."""

    label = "action_correct"

    def __init__(self, procedures: Procedures) -> None:
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The answer to the corrected question."""
        forgotten = NOTHING_WAITS | {"procedure": None, "case": None}
        if misheard(turn):
            return Outcome((Reply(say("procedures.type_again")),), forgotten)
        if back := await self._procedures.recalled(turn):
            return back
        said = meant(turn.text)
        if said:
            return await self._procedures.about(turn, said)
        if others := self._procedures.other_candidates(turn):
            return others
        if said is None and (told := await self._procedures.known(turn) or await self._procedures.in_thread(turn)):
            return told
        return Outcome((Reply(say("procedures.say_otherwise"), (person(),)),), forgotten)
