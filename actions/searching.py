"""What search finds for a message, alone and read together with what was told before."""

from __future__ import annotations

import asyncio

from actions.hits import POSSIBLE, clear, first, unknown
from actions.offers import MOST
from actions.parts import topic
from actions.stories import need
from actions.turn import Turn
from knowledge.model import Procedure
from knowledge.search import Found, Knowledge
from nlu.text.english import is_english, telling
from nlu.text.tokens import keys

AS_GOOD_AS_CERTAIN = 0.9
"""Score from which a procedure is the answer even where the classifier takes the message for something else."""
_RIVAL = 0.2
"""Share of the best score from which on another procedure fits as well."""
_LEADS = 0.6
"""Share that one of several procedures has when the message is read with the one in focus, to be the one meant."""
_SAYS = 0.01
"""Score below which that reading says nothing about any of them."""


class Searching:
    """Searches the catalogue for what is said in a turn, for each text once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def found(self, turn: Turn, text: str) -> Found:
        """The search for ``text`` in the citizen's province, once in a turn, outside the event loop."""
        province = turn.province.name if turn.province else ""
        if (text, province) not in turn.searched:
            look_up = self._look_up_message if text == turn.text else self._look_up
            turn.searched[text, province] = await asyncio.to_thread(look_up, text, province or None)
        return turn.searched[text, province]

    async def in_context(self, turn: Turn, found: Found, focus: Procedure | None) -> Found:
        """``found``, with that one for certain which the procedure in focus tells apart from others that fit as well.

        After a question about a marriage, "đăng ký lại" is that of marriages.
        """
        if focus is None or unknown(found) or found.hits[0].score >= AS_GOOD_AS_CERTAIN:
            return found
        if any(hit.procedure.code == focus.code and hit.score >= POSSIBLE for hit in found.hits):
            return found
        rivals = [hit for hit in found.hits if hit.score >= _RIVAL * found.hits[0].score]
        if len(rivals) == 1:
            return found
        told = [hit for hit in rivals if hit.procedure.code in (turn.slots.get("told") or ())]
        if len(told) == 1:
            return first(found, told[0])
        together = await self.with_focus(turn, focus)
        scores = {hit.procedure.code: hit.score for hit in together.hits}
        shares = [scores.get(hit.procedure.code, 0.0) for hit in rivals]
        best = max(shares)
        return first(found, rivals[shares.index(best)]) if best >= max(_LEADS * sum(shares), _SAYS) else found

    async def with_focus(self, turn: Turn, focus: Procedure) -> Found:
        """The search for the message read after the name of the procedure in focus."""
        name = self._knowledge.english_name(focus.code) if is_english(turn.text) else ""
        return await self.found(turn, f"{name or focus.plain_name} {turn.text}")

    def name_words(self, procedure: Procedure) -> set[str]:
        """The words of the names of ``procedure``, the English one among them."""
        return {
            *keys(procedure.plain_name),
            *keys(procedure.name),
            *telling(self._knowledge.english_name(procedure.code)),
        }

    def _look_up_message(self, text: str, province: str | None) -> Found:
        """What search finds; where it does not know the whole, what the part of a story finds that says the need."""
        found = self._look_up(text, province)
        told = None if clear(found) else need(text, found, lambda part: self._look_up(part, province))
        return told or found

    def _look_up(self, text: str, province: str | None) -> Found:
        """What search finds; where it does not know the whole, what the message names first, if that is clear."""
        found = self._knowledge.search(text, limit=MOST, province=province)
        named = topic(text) if unknown(found) else ""
        alone = self._knowledge.search(named, limit=MOST, province=province) if named else found
        return alone if clear(alone) else found
