"""What search finds for a message, alone and read together with what was told before."""

from __future__ import annotations

import asyncio

from actions.context import Readings, meant
from actions.hits import clear, unknown
from actions.offers import MOST
from actions.parts import subject, topic
from actions.stories import need
from actions.turn import Turn
from knowledge.english import english_name
from knowledge.model import Procedure
from knowledge.search import Found, Knowledge, Verdict
from nlu.text.english import is_english, telling
from nlu.text.tokens import keys

AS_GOOD_AS_CERTAIN = 0.9
"""Score from which a procedure is the answer even where the classifier takes the message for something else."""


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

    async def in_context(self, turn: Turn, focus: Procedure | None) -> Found:
        """What search finds for the message, with the procedure certain that it is about in a talk about ``focus``.

        After a question about a marriage, "đăng ký lại" is that of marriages.
        """
        found = await self.found(turn, turn.text)
        return found if focus is None else meant(turn, focus, await self.readings(turn, focus)) or found

    async def readings(self, turn: Turn, focus: Procedure) -> Readings:
        """What search finds for the message, for its subject, and for it after the name of ``focus``."""
        about = subject(turn.text)
        by_subject = await self.found(turn, about) if about else Found((), Verdict.NOTHING)
        return Readings(await self.found(turn, turn.text), by_subject, await self.with_focus(turn, focus))

    async def with_focus(self, turn: Turn, focus: Procedure) -> Found:
        """The search for the message read after the name of the procedure in focus."""
        name = english_name(focus.code) if is_english(turn.text) else ""
        return await self.found(turn, f"{name or focus.plain_name} {turn.text}")

    def name_words(self, procedure: Procedure) -> set[str]:
        """The words of the names of ``procedure``, the English one among them."""
        return {
            *keys(procedure.plain_name),
            *keys(procedure.name),
            *telling(english_name(procedure.code)),
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
