"""What follows when the citizen says that something else was meant."""

from __future__ import annotations

import re

from actions.corrections import meant, misheard
from actions.hits import clear
from actions.offers import NOTHING_WAITS
from actions.payloads import person
from actions.procedures import Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from knowledge.answers import Part


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
        if said is None and (told := await self._procedures.answered(turn)):
            return told
        return Outcome((Reply(say("procedures.say_otherwise"), (person(),)),), forgotten)


async def of_the_same_thing(procedures: Procedures, turn: Turn) -> Outcome | None:
    """The procedure that the message fits, of those for the same thing as the one told right before.

    "Trôi mất luôn rồi" after a torn land certificate is about one that was lost, and names neither.
    """
    if turn.told_before is None:
        return None
    code, name = turn.told_before
    together = await procedures.search(turn, f"{name} {turn.text}")
    for other in (hit.procedure for hit in together.hits if hit.procedure.code != code):
        thing = " ".join(word for word in dict.fromkeys(_words(name)) if word in _words(other.plain_name))
        fits = clear(await procedures.search(turn, f"{thing} {turn.text}")) if thing else None
        if fits and fits.procedure.code == other.code:
            return procedures.tell(turn, other.code, Part.OVERVIEW)
    return None


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.lower())
