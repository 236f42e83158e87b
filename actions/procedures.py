"""Questions about procedures: which one, and which part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions import provinces
from actions.choices import chosen, ordinal
from actions.differences import difference
from actions.hits import POSSIBLE, by_name, clear, unknown, worth_offering
from actions.life_events import term_of
from actions.names import shown
from actions.offers import (
    MOST,
    ask_for_subject,
    asked_too_often,
    nothing_found,
    offer,
    which_part,
)
from actions.pairs import halves
from actions.parts import asks_part, parts_asked, subject
from actions.payloads import person
from actions.questions import asks
from actions.recall import comes_back, from_afar, to_the_first
from actions.searching import AS_GOOD_AS_CERTAIN, Searching
from actions.telling import Telling, in_focus, remembered
from actions.turn import Outcome, Reply, Turn
from actions.wordings import say
from knowledge.answers import Part
from knowledge.model import Procedure
from knowledge.search import Found, Hit, Knowledge
from nlu.text import places
from nlu.text.english import is_english
from nlu.text.tokens import keys

_TELLING = 2
"""Syllables from which on the rest of a follow-up is taken for a subject of its own."""
_FEW = 3
"""Syllables up to which what a message names is looked for in the last list first."""
_BEGINNING = 3
"""Syllables of a plain name that are enough to name a step of the list in hand."""


class Procedures:
    """Answers questions from the catalogue; the procedure in focus is kept in the slot ``procedure``."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._searching = Searching(knowledge)
        self._telling = Telling(knowledge)

    async def answer(self, turn: Turn) -> Outcome:
        """The answer to a question, or a question back. The order of the steps is the order of certainty."""
        parts = parts_asked("" if turn.pressed else turn.text, turn.intent, turn.confidence)
        if named := turn.entity("procedure"):
            return self._telling.code(turn, named, parts)
        if turn.pressed:
            return self._about_focus(turn, parts) or ask_for_subject(turn, parts[0])
        picked = self._picked(turn)
        if picked is not None:
            return picked
        if back := await self.recalled(turn) or await self._from_afar(turn):
            return back
        about = subject(turn.text)
        if not about:
            return self._follow_up(turn, parts)
        if both := await self._both(turn, parts):
            return both
        if parts == (Part.OVERVIEW,) and (waiting := _waiting_part(turn)):
            parts = (waiting,)
        if listed := await self._listed(turn, about, parts):
            return listed
        focus = self._telling.focus(turn)
        found = by_name(await self._in_context(turn), about)
        if going_on := await self._going_on(turn, found):
            return await self._telling.or_nearest(turn, going_on, parts)
        if quoted := await self._of_the_same(turn, found, about, parts):
            return quoted
        if unknown(found) and parts != (Part.OVERVIEW,):
            told = self._telling.tell(turn, focus, parts) if focus else self._which_again(turn, parts)
            if told:
                return told
        if parts == (Part.OVERVIEW,) and unknown(found) and (kept := await self.in_thread(turn)):
            return kept
        return self._of_search(turn, found, parts)

    async def in_thread(self, turn: Turn) -> Outcome | None:
        """What a message that search knows nothing of says about the procedure in focus; ``None`` without one.

        Read together with its name it may lead to another one ("nếu vợ là người Lào thì sao"); else the parts on record
        are offered, or a person. A choice that is open stays open, with the part that is asked in mind.
        """
        if turn.pressed:
            return None
        parts = parts_asked(turn.text, turn.intent, turn.confidence)
        focus = self._telling.focus(turn)
        if focus is None:
            waits = turn.slots.get("offered_procedures") and parts != (Part.OVERVIEW,)
            return self._which_again(turn, parts) if waits else None
        together = await self._searching.with_focus(turn, focus)
        hit = clear(together)
        if hit and focus.code not in hit.codes:
            return _traced(self._telling.tell(turn, hit.procedure, parts, hit.also), together)
        return await self._telling.or_nearest(turn, focus, parts)

    async def about(self, turn: Turn, text: str) -> Outcome:
        """The answer to what was meant instead: ``text``, with the part that was asked before unless it names one."""
        meant = replace(turn, text=text, intent="ask_procedure", confidence=0.0)
        parts = parts_asked(text, meant.intent, meant.confidence)
        if not subject(meant.text):
            return self._about_focus(turn, parts) or ask_for_subject(turn, parts[0])
        asked: list[str] = turn.slots.get("asked_parts") or []
        if parts == (Part.OVERVIEW,):
            parts = (_waiting_part(turn) or Part(asked[-1] if asked else Part.OVERVIEW),)
        found = by_name(await self.search(meant, meant.text), subject(meant.text))
        kept = await self.in_thread(meant) if unknown(found) else None
        return kept or self._of_search(meant, found, parts)

    async def choose(self, turn: Turn) -> Outcome:
        """What follows a choice among the offered procedures or cases."""
        if named := turn.entity("procedure"):
            return self._telling.code(turn, named, (_waiting_part(turn) or Part.OVERVIEW,))
        if (number := turn.entity("case")) and re.fullmatch(r"[1-9][0-9]?", number):
            return self._telling.case(turn, int(number) - 1) or self._nothing_to_choose(turn)
        if picked := self._picked(turn):
            return picked
        on_offer = turn.slots.get("offered_procedures") or turn.slots.get("offered_cases")
        if turn.pressed or on_offer or len(subject(turn.text).split()) < _TELLING:
            return self._nothing_to_choose(turn)
        return await self.answer(turn)

    def confirmed(self, turn: Turn) -> Outcome | None:
        """What follows a yes to the one procedure on offer; ``None`` where there is not exactly one."""
        offered: list[str] = turn.slots.get("offered_procedures") or []
        return (
            self._telling.code(turn, offered[0], (_waiting_part(turn) or Part.OVERVIEW,)) if len(offered) == 1 else None
        )

    def other_candidates(self, turn: Turn) -> Outcome | None:
        """The procedures that came next when the last answer was found, after a "không phải"; ``None`` without any."""
        others = self._telling.all(turn.slots.get("alternatives"))
        asked: list[str] = turn.slots.get("asked_parts") or []
        return offer(turn, others, Part(asked[-1] if asked else Part.OVERVIEW), sorry=True) if others else None

    def told_again(self, turn: Turn) -> Outcome | None:
        """The part of the procedure in focus that "nhắc lại chỗ giấy tờ" names; ``None`` where it names none."""
        parts = parts_asked(turn.text, "", 0.0)
        return None if turn.pressed or parts == (Part.OVERVIEW,) else self._about_focus(turn, parts)

    async def one_of(self, turn: Turn, codes: Sequence[str], text: str) -> Outcome | None:
        """A part of the one of ``codes`` that ``text`` names; ``None`` where it names none or asks for no part."""
        parts = parts_asked(text, "", 0.0)
        if parts == (Part.OVERVIEW,) or len(subject(text).split()) < _TELLING:
            return None
        found = await self.search(turn, text)
        hit = clear(found)
        return (
            _traced(self._telling.tell(turn, hit.procedure, parts), found)
            if hit and hit.procedure.code in codes
            else None
        )

    def named(self, turn: Turn, codes: Sequence[str]) -> str | None:
        """The first of ``codes`` whose plain name the message begins to say."""
        said = f" {' '.join(keys(turn.text))} "
        begun = ((each.code, f" {' '.join(keys(each.plain_name)[:_BEGINNING])} ") for each in self._telling.all(codes))
        return next((code for code, name in begun if name in said), None)

    async def recalled(self, turn: Turn) -> Outcome | None:
        """The one told or listed before that a message comes back to.

        Where it names none, the one told before the last, or the first of all.
        """
        told: list[str] = turn.slots.get("told") or []
        earlier = [*dict.fromkeys([*told, *(turn.slots.get("listed") or ())])]
        about = comes_back(turn.text)
        if turn.pressed or about is None or not earlier:
            return None
        parts = parts_asked(turn.text, turn.intent, turn.confidence)
        first = to_the_first(turn.text)
        unnamed = self._telling.code(turn, told[-1] if first else told[:2][-1], parts) if told else None
        rest = about or (subject(turn.text) if is_english(turn.text) else "")
        if not rest:
            return unnamed
        found = await self.search(turn, rest)
        named = [hit.procedure for hit in found.hits if not set(hit.codes).isdisjoint(earlier)]
        if not about and not named:
            return unnamed
        if not named:
            known = self._telling.all(earlier)
            place = chosen(about, [shown(each) for each in known], loosely=True)
            named = [] if place is None else [known[place]]
        if not named:
            return unnamed if first else None
        return _traced(self._telling.tell(turn, named[0], parts), found)

    def asks_a_part(self, turn: Turn) -> bool:
        """Whether the words of the message ask for a part of the procedure that is being talked of."""
        return self.talks(turn) and asks_part(turn.text)

    async def mentioned(self, turn: Turn) -> dict[str, Any]:
        """The slots that bring into focus what a message is surely about, though it asks nothing of it."""
        found = await self.search(turn, turn.text)
        hit = clear(found)
        return in_focus(hit.procedure) if hit and len(subject(turn.text).split()) >= _TELLING else {}

    def talks(self, turn: Turn) -> bool:
        """Whether a procedure is being talked of."""
        return self._telling.focus(turn) is not None

    async def known(self, turn: Turn) -> Outcome | None:
        """The answer if the message names a choice on offer or something that search is sure of; else ``None``."""
        if picked := self._picked(turn):
            return picked
        about = subject(turn.text)
        if len(about.split()) < _TELLING:
            return None
        found = by_name(await self._in_context(turn), about)
        parts = parts_asked(turn.text, turn.intent, turn.confidence)
        if both := await self._both(turn, parts):
            return both
        if listed := await self._listed(turn, about, parts):
            return listed
        if quoted := await self._of_the_same(turn, found, about, parts):
            return quoted
        if going_on := await self._going_on(turn, found):
            may_ask = turn.intent != "out_of_scope" and asks(turn.text)
            return await self._telling.or_nearest(turn, going_on, parts) if may_ask else None
        return self._of_search(turn, found, parts) if clear(found) else None

    async def answered(self, turn: Turn) -> Outcome | None:
        """The answer if search knows the message, or else what it may mean, by itself or about the focus."""
        return await self.known_or_possible(turn) or await self.in_thread(turn)

    async def known_or_possible(self, turn: Turn) -> Outcome | None:
        """The answer if search knows the message, a choice if it saw several that it may mean; else ``None``."""
        return await self.known(turn) or self.possible(turn, await self.search(turn, turn.text))

    async def certain(self, turn: Turn) -> Outcome | None:
        """The answer if search is as good as certain, whatever the classifier made of the message; else ``None``."""
        found = await self.search(turn, turn.text)
        hit = clear(found)
        if turn.pressed or hit is None or hit.score < AS_GOOD_AS_CERTAIN:
            return None
        return self._of_search(turn, found, parts_asked(turn.text, turn.intent, turn.confidence))

    def possible(self, turn: Turn, found: Found) -> Outcome | None:
        """A choice of procedures if the search for the message saw several that it may mean; else ``None``."""
        if (
            not worth_offering(found)
            or (unknown(found) and self._telling.focus(turn))
            or len(subject(turn.text).split()) < _TELLING
        ):
            return None
        return self._of_search(turn, found, parts_asked(turn.text, turn.intent, turn.confidence))

    async def search(self, turn: Turn, text: str) -> Found:
        """What search finds for ``text``."""
        return await self._searching.found(turn, text)

    async def _in_context(self, turn: Turn) -> Found:
        """What search finds for the message, with the procedure in focus in mind."""
        return await self._searching.in_context(turn, self._telling.focus(turn))

    async def _going_on(self, turn: Turn, found: Found) -> Procedure | None:
        """The procedure in focus, where a message is about it that search would not know it by."""
        focus = self._telling.focus(turn)
        if focus is None or not _is(clear(found), focus) or _is(clear(await self.search(turn, turn.text)), focus):
            return None
        return focus

    def settled(self, turn: Turn) -> Outcome | None:
        """What follows when the message only says where the citizen is, or asks that; ``None`` when it says more."""
        if turn.pressed or turn.province is None:
            return None
        noted = Reply(say("procedures.province", province=turn.province.full_name))
        if provinces.asked(turn.text):
            return Outcome((noted,))
        if not places.nothing_else(turn.text):
            return None
        asked: list[str] = turn.slots.get("asked_parts") or []
        again = self._about_focus(turn, (Part(asked[-1] if asked else Part.PLACE),))
        if again is None:
            again = ask_for_subject(turn, Part.OVERVIEW)
        return replace(again, replies=(noted, *again.replies))

    def tell(self, turn: Turn, code: str, *parts: Part) -> Outcome:
        """Parts of the procedure with this code, which comes into focus."""
        return self._telling.code(turn, code, parts)

    async def _of_the_same(self, turn: Turn, found: Found, about: str, parts: Sequence[Part]) -> Outcome | None:
        """The lines near to a message that goes on about the procedure just told, in place of all of it again."""
        hit, focus = clear(found), self._telling.focus(turn)
        told = Part.OVERVIEW.value in (turn.slots.get("asked_parts") or ())
        if not (hit and focus and told) or tuple(parts) != (Part.OVERVIEW,) or asked_too_often(turn):
            return None
        more = set(keys(about)).difference(self._searching.name_words(focus))
        if focus.code not in hit.codes or len(more) < _TELLING:
            return None
        lines = await self._telling.nearest(turn, focus)
        return _traced(which_part(turn, focus, lines), found) if lines else None

    async def _both(self, turn: Turn, parts: Sequence[Part]) -> Outcome | None:
        """The answers about two procedures that the question names, each with its own part, or else the common one."""
        pair = halves(turn.text)
        found = [by_name(await self.search(turn, half), subject(half)) for half in pair]
        hits = [hit.procedure for each in found if (hit := clear(each))]
        if len(hits) < 2 or hits[0] == hits[1]:
            return None
        whole = clear(await self._in_context(turn))
        if whole and whole.procedure not in hits:
            return None
        asked = [parts_asked(half, "", 0.0) for half in pair]
        common = next((each for each in asked if each != (Part.OVERVIEW,)), tuple(parts))
        told = [
            self._telling.tell(turn, procedure, common if own == (Part.OVERVIEW,) else own)
            for procedure, own in zip(hits, asked, strict=True)
        ]
        replies = tuple(reply for each in told for reply in each.replies)
        listed = [procedure.code for procedure in hits]
        return Outcome(replies, {**told[-1].slots, "listed": listed, "told": remembered(turn, *reversed(hits))})

    async def _from_afar(self, turn: Turn) -> Outcome | None:
        """Where the procedure in focus is done, for somebody who lives elsewhere and names nothing else."""
        focus, about = self._telling.focus(turn), from_afar(turn.text)
        if focus is None or about is None or clear(await self.search(turn, about)):
            return None
        return self._telling.tell(turn, focus, (Part.PLACE,))

    async def _listed(self, turn: Turn, about: str, parts: Sequence[Part]) -> Outcome | None:
        """The one of the last list that a few words name ("còn cái bằng lái"), though others fit them as well."""
        listed: list[str] = turn.slots.get("listed") or []
        if not listed or len(about.split()) > _FEW:
            return None
        found = await self.search(turn, turn.text)
        words = set(keys(about))
        named = [
            hit.procedure
            for hit in found.hits
            if hit.procedure.code in listed and not words.isdisjoint(self._searching.name_words(hit.procedure))
        ]
        return _traced(self._telling.tell(turn, named[0], parts), found) if len(named) == 1 else None

    def _of_search(self, turn: Turn, found: Found, parts: Sequence[Part]) -> Outcome:
        """What follows a search: the answer, a choice, the best guess after too many questions, or nothing found."""
        others = [hit.procedure.code for hit in found.hits[1:] if hit.score >= POSSIBLE]
        if hit := clear(found):
            return _traced(self._telling.tell(turn, hit.procedure, parts, hit.also, others=others), found)
        offered = worth_offering(found)
        bound = [each for each in offered if term_of(each.code)] if parts[0] is Part.DEADLINE else []
        if len(bound) == 1:
            return _traced(self._telling.tell(turn, bound[0], parts), found)
        if offered:
            return _traced(self._offer(turn, offered, parts), found)
        return _traced(nothing_found(turn, found.fields, parts[0]), found)

    def _follow_up(self, turn: Turn, parts: Sequence[Part]) -> Outcome:
        """A question without a subject: about the one procedure on offer, which it takes for granted, or the focus."""
        offered: list[str] = turn.slots.get("offered_procedures") or []
        if len(offered) == 1:
            return self._telling.code(turn, offered[0], parts)
        again = self._about_focus(turn, parts) or self._which_again(turn, parts)
        return again or ask_for_subject(turn, parts[0])

    def _about_focus(self, turn: Turn, parts: Sequence[Part]) -> Outcome | None:
        """The part asked about the procedure in focus, when there is one and the message asks for a part of it."""
        focus = self._telling.focus(turn)
        if focus is None or (turn.pressed and tuple(parts) == (Part.OVERVIEW,)):
            return None
        return self._telling.tell(turn, focus, parts)

    def _picked(self, turn: Turn) -> Outcome | None:
        """What follows when the message names one of the cases or procedures on offer, or one of the last list."""
        if turn.pressed or to_the_first(turn.text):
            return None
        cases: list[str] = turn.slots.get("offered_cases") or []
        position = chosen(turn.text, cases)
        if position is not None:
            return self._telling.case(turn, position, parts_asked(turn.text, "", 0.0))
        offered = self._telling.all(turn.slots.get("offered_procedures"))
        told = difference(offered)
        position = told.pick(turn.text) if told else None
        if position is None:
            position = chosen(turn.text, [shown(each) for each in offered])
        if position is None:
            offered = self._telling.all(turn.slots.get("listed"))
            position = ordinal(turn.text, len(offered))
        if position is None:
            return None
        parts = parts_asked(turn.text, turn.intent if turn.sure else "", turn.confidence)
        waiting = _waiting_part(turn)
        return self._telling.tell(
            turn, offered[position], (waiting,) if waiting and parts == (Part.OVERVIEW,) else parts
        )

    def _offer(self, turn: Turn, offered: Sequence[Procedure], parts: Sequence[Part]) -> Outcome:
        """A choice; after too many questions back the first one, with the caveat that it is a guess.

        Who goes on about the only one on offer need not be asked again whether it is meant.
        """
        if [each.code for each in offered] == turn.slots.get("offered_procedures") and len(offered) == 1:
            return self._telling.tell(turn, offered[0], parts)
        if not asked_too_often(turn):
            return offer(turn, offered, parts[0])
        told = self._telling.tell(turn, offered[0], parts, others=[each.code for each in offered[1:]])
        return replace(told, replies=(Reply(say("procedures.best_guess"), (person(),)), *told.replies))

    def _which_again(self, turn: Turn, parts: Sequence[Part]) -> Outcome | None:
        """The choice that still waits, or the list that was shown last, now with other parts in mind."""
        if offered := self._telling.all(turn.slots.get("offered_procedures")):
            return self._offer(turn, offered, parts)
        listed = self._telling.all(turn.slots.get("listed"))
        return offer(turn, listed[:MOST], parts[0]) if listed and not asked_too_often(turn) else None

    def _nothing_to_choose(self, turn: Turn) -> Outcome:
        if turn.slots.get("offered_procedures") or turn.slots.get("offered_cases"):
            return Outcome((Reply(say("procedures.unclear_choice")),))
        return ask_for_subject(turn, Part.OVERVIEW)


def _is(hit: Hit | None, focus: Procedure) -> bool:
    """Whether ``hit`` is the procedure in focus, or the same need at another level."""
    return hit is not None and focus.code in hit.codes


def _traced(outcome: Outcome, found: Found) -> Outcome:
    """The outcome with what search said, for whoever looks at the conversation later."""
    hits = ", ".join(f"{hit.procedure.code} {hit.score:.2f}" for hit in found.hits)
    last = replace(outcome.replies[-1], trace=f"{found.verdict.name} {hits}".strip())
    return replace(outcome, replies=(*outcome.replies[:-1], last))


def _waiting_part(turn: Turn) -> Part | None:
    value = turn.slots.get("waiting_part")
    return Part(value) if value else None
