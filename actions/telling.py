"""What is told of a procedure, part by part, and the slots that keep it in focus."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.life_events import term_of
from actions.names import shown
from actions.offers import MOST, NOTHING_WAITS, levels, next_buttons, which_part
from actions.parts import INTENT_OF_PART
from actions.payloads import Button, button, person
from actions.turn import Outcome, Reply, Turn
from actions.wordings import language, say
from knowledge.answers import Answer, Part, answer
from knowledge.model import Procedure
from knowledge.search import Knowledge

_CHOICES = ("choose_procedure", "choose_case")
_REMEMBERED = 8
"""Procedures that a message may come back to."""
FOCUS_LASTS = 20 * 60
"""Seconds after which a question without a subject is no longer taken to be about the last procedure."""


class Telling:
    """Tells parts of procedures; the one in focus is kept in the slot ``procedure``."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def focus(self, turn: Turn) -> Procedure | None:
        """The procedure that is being talked of, as long as that lasts."""
        code = turn.slots.get("procedure")
        fresh = time.time() - float(turn.slots.get("focus_at") or time.time()) < FOCUS_LASTS
        return self._knowledge.procedure(code) if code and fresh else None

    def all(self, codes: Sequence[str] | None) -> list[Procedure]:
        """Those of ``codes`` that the catalogue has."""
        return [each for code in codes or () if (each := self._knowledge.procedure(code))]

    def code(self, turn: Turn, code: str, parts: Sequence[Part]) -> Outcome:
        """Parts of the procedure with this code, or that there is none."""
        procedure = self._knowledge.procedure(code)
        if procedure is None:
            return Outcome((Reply(say("procedures.no_code", code=code[:40]), (person(),)),))
        return self.tell(turn, procedure, parts)

    def case(self, turn: Turn, position: int, parts: Sequence[Part] = (Part.OVERVIEW,)) -> Outcome | None:
        """The documents of a case that was on offer, unless the choice itself asks for other parts of it."""
        asked = (Part.DOCUMENTS,) if tuple(parts) == (Part.OVERVIEW,) else parts
        cases: list[str] = turn.slots.get("offered_cases") or []
        focus = self.focus(turn)
        if focus is None or not 0 <= position < len(cases):
            return None
        return self.tell(turn, focus, asked, case=cases[position])

    def tell(
        self,
        turn: Turn,
        procedure: Procedure,
        parts: Sequence[Part],
        also: Sequence[str] = (),
        case: str | None = None,
        others: Sequence[str] = (),
    ) -> Outcome:
        """The parts asked for, one message each; the last one carries the buttons for what comes next.

        ``also`` are the codes of the same need at other levels, ``others`` those that "không phải" may mean.
        """
        same = turn.slots.get("procedure") == procedure.code
        case = case or (turn.slots.get("case") if same else None)
        before: list[str] = turn.slots.get("asked_parts") or [] if same else []
        asked = [*dict.fromkeys([*before, *(part.value for part in parts)])]
        term = term_of(procedure.code)
        answers = [answer(procedure, part, case=case, province=turn.province, term=term) for part in parts]
        replies = [_reply(turn, told, part, procedure) for told, part in zip(answers, parts, strict=True)]
        cases = next((told.cases_to_choose for told in answers if told.cases_to_choose), ())
        buttons = _case_buttons(cases) if cases else next_buttons(procedure, asked)
        text = "\n\n".join(filter(None, [replies[-1].text, self._variants(also)]))
        replies[-1] = replace(replies[-1], text=text, buttons=buttons)
        focus = in_focus(procedure) | {"asked_parts": asked, "case": case}
        waiting = {"offered_cases": list(cases) or None, "alternatives": list(others) or None}
        return Outcome(tuple(replies), NOTHING_WAITS | focus | waiting | {"told": remembered(turn, procedure)})

    def _variants(self, also: Sequence[str]) -> str:
        others = [each for each in self.all(also[:3]) if each.levels]
        named = ", ".join(say("procedures.with_code", level=levels(each), code=each.code) for each in others)
        return say("procedures.levels", levels=named) if named else ""

    async def nearest(self, turn: Turn, focus: Procedure) -> Sequence[str]:
        """The lines of the record that may answer the message, the nearest first."""
        return await asyncio.to_thread(self._knowledge.nearest_lines, focus, turn.text)

    async def or_nearest(self, turn: Turn, focus: Procedure, parts: Sequence[Part]) -> Outcome:
        """The parts of the procedure in focus that a message asks for; where it names none, what is nearest to it."""
        if tuple(parts) != (Part.OVERVIEW,):
            return self.tell(turn, focus, parts)
        return which_part(turn, focus, await self.nearest(turn, focus))


def in_focus(procedure: Procedure) -> dict[str, Any]:
    """The slots that bring a procedure into focus."""
    return {"procedure": procedure.code, "asked_parts": None, "case": None, "focus_at": int(time.time())}


def remembered(turn: Turn, *procedures: Procedure) -> list[str]:
    """The codes of what was told in this conversation, the latest first."""
    earlier: list[str] = turn.slots.get("told") or []
    return [*dict.fromkeys([*(each.code for each in procedures), *earlier])][:_REMEMBERED]


def _reply(turn: Turn, told: Answer, part: Part, procedure: Procedure) -> Reply:
    intent = None if turn.intent in _CHOICES else INTENT_OF_PART[part]
    text = told.text
    if language() != "vi":
        asked = say(f"procedures.asked_{part.value}")
        text = f"{say('procedures.official', part=asked, name=shown(procedure))}\n{text}"
    return Reply(text, (), (procedure.code, procedure.plain_name), (procedure.code,), intent)


def _case_buttons(cases: Sequence[str]) -> tuple[Button, ...]:
    return tuple(button(name, "choose_case", case=str(number)) for number, name in enumerate(cases[:MOST], start=1))
