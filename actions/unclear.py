"""Messages that the classifier is not sure of: search is asked before giving up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from actions.checklists import ShowLifeEvent, present
from actions.corrections import misspoke
from actions.dossier_followups import Followups
from actions.dossier_wording import was_read_out
from actions.feedback_answers import files_so_far
from actions.feedback_reading import opens_report
from actions.feedback_wording import due_again
from actions.forms import FORM_OF_INTENT
from actions.guard import refused
from actions.handover import Handover, was_queued
from actions.hits import unknown
from actions.life_events import event_of
from actions.misunderstandings import Correct
from actions.offers import nothing_found
from actions.parts import PART_OF_INTENT, subject
from actions.payloads import feedback
from actions.procedures import Procedures
from actions.recall import comes_back
from actions.small_talk import SAYS, asks_for_time, laughs, reply_to
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from knowledge.answers import Part
from nlu.text.normalise import fold

_WHERE_TO_BEGIN = re.compile(
    r"\b(?:lam (?:nhung )?(?:gi|viec gi|cai gi) (?:truoc|dau tien)|bat dau (?:tu dau|the nao)|theo thu tu"
    r"|(?:nhung|cac) (?:viec|buoc) (?:gi|nao)|can (?:lam )?(?:nhung |cac )?thu tuc (?:gi|nao))\b"
)
"""On folded text: the citizen wants the whole list, not one procedure of it."""
_PLAUSIBLE = 0.35
"""From this confidence on, the likeliest intent is acted on when search knows nothing."""

_OF_DOSSIER = re.compile(
    r"\b(?:ho so|hs|ma(?: so)?|giay hen|bien nhan|phieu|(?:toi|den) dau|khau nao|ket qua|nop|duyet|chua"
    r"|tra cuu|trang thai|cho|hen|tre|lau|status|file|application)\b"
)
"""On folded text: words with which people ask about a dossier."""
_LISTS = frozenset({"life_event", "checklist"})
"""What means nothing without an event, which is looked for first, or a list that was shown."""
_ACCUSING = frozenset({"prompt_injection", "others_data", "abuse"})
"""What nobody is told to have meant as long as the classifier is not sure of it."""


class Answer(TurnAction):
    """Answers a question about a procedure."""

    label = "action_answer"

    def __init__(
        self, procedures: Procedures, life_events: ShowLifeEvent, handover: Handover, followups: Followups
    ) -> None:
        self._procedures = procedures
        self._life_events = life_events
        self._handover = handover
        self._followups = followups

    async def take(self, turn: Turn) -> Outcome:
        """The answer, or a question back; a refusal, or what was meant instead, where the words say so plainly.

        A life event that no procedure answers clearly is answered with its list.
        """
        if not turn.pressed and (told := await self._of_last_reply(turn)):
            return told
        if plain := await _plain_words(self._procedures, turn):
            return plain
        if not turn.pressed and await _tells_event(self._procedures, turn):
            return await self._life_events.take(turn)
        return await self._procedures.answer(turn)

    async def _of_last_reply(self, turn: Turn) -> Outcome | None:
        """The answer where a question names nothing that search knows, right after a queue, a report or a dossier.

        "Chờ bao lâu" then asks for the wait there, "bao giờ người ta xuống" for the day by which the report is
        answered, "vậy giờ phải làm gì" for what the dossier needs.
        """
        queued, due = was_queued(turn), due_again(turn)
        dossier = turn.slots.get("dossier_open") if was_read_out(turn) else None
        if not (queued or due or dossier):
            return None
        if subject(turn.text) and not unknown(await self._procedures.search(turn, turn.text)):
            return None
        if turn.intent == "ask_time" and queued:
            return await self._handover.where(turn)
        if turn.intent == "ask_time" and due:
            return Outcome((due,))
        return await self._followups.next_step(turn, dossier) if turn.intent == "ask_steps" and dossier else None


class Choose(TurnAction):
    """Takes a choice among what was offered."""

    label = "action_choose"

    def __init__(self, procedures: Procedures) -> None:
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """What was chosen."""
        return await self._procedures.choose(turn)


class Unclear(TurnAction):
    """A question if search is sure of it; else the likeliest intent, if it is likely at all; else a question back."""

    label = "action_unclear"

    def __init__(self, procedures: Procedures, life_events: ShowLifeEvent, others: Mapping[str, TurnAction]) -> None:
        self._procedures = procedures
        self._life_events = life_events
        self.others = others

    async def take(self, turn: Turn) -> Outcome:
        """The best that can be made of the message."""
        if turn.attachment_ids and not turn.text.strip():
            return _files_alone(turn)
        if asks_for_time(turn):
            return Outcome((Reply(say("small_talk.take_your_time")),))
        if plain := await _plain_words(self._procedures, turn):
            return plain
        if comes_back(turn.text) and (back := await self._procedures.recalled(turn)):
            return back
        if turn.entity("dossier_code"):
            return Outcome(next_action="dossier_form")
        if turn.entity("tracking_code"):
            return Outcome(next_action="feedback_status_form")
        if opens_report(turn.text):
            return Outcome(next_action="feedback_form")
        if asked := await self.asked(turn):
            return asked
        if laughs(turn):
            return Outcome((Reply(say("small_talk.laugh")),))
        if turn.intent == "out_of_scope" and (kept := await self._procedures.in_thread(turn)):
            return kept
        if turn.confidence >= _PLAUSIBLE:
            if turn.intent in PART_OF_INTENT or self._procedures.asks_a_part(turn):
                return await self._procedures.answer(turn)
            if (form := FORM_OF_INTENT.get(turn.intent)) and self._may_begin(form, turn):
                return Outcome(next_action=form)
            if (other := self.others.get(turn.intent)) and (turn.intent not in _LISTS or present(turn)):
                return await other.take(turn)
            if turn.intent in SAYS and turn.intent not in _ACCUSING:
                return Outcome((reply_to(turn.intent),))
        found = await self._procedures.search(turn, turn.text)
        if possible := self._procedures.possible(turn, found):
            return possible
        return await self._procedures.in_thread(turn) or nothing_found(turn, found.fields, Part.OVERVIEW)

    async def asked(self, turn: Turn) -> Outcome | None:
        """The list of the life event that the message tells, or what search is sure of; ``None`` without either."""
        if await _tells_event(self._procedures, turn):
            return await self._life_events.take(turn)
        return await self._procedures.known(turn)

    def _may_begin(self, form: str, turn: Turn) -> bool:
        """Whether a form begins that is only likely: no report in a talk, no dossier without a word of it."""
        if form == "feedback_form":
            return not self._procedures.talks(turn)
        return form != "dossier_form" or _OF_DOSSIER.search(fold(turn.text)) is not None


class Outside(TurnAction):
    """Any message as it is served where no form is open. Forms call it; Rasa does not."""

    label = "outside"

    def __init__(self, by_intent: Mapping[str, TurnAction], unclear: TurnAction) -> None:
        self._by_intent = by_intent
        self._unclear = unclear

    async def take(self, turn: Turn) -> Outcome:
        """What the action of its intent makes of the message; of an unsure one, the best that can be made of it."""
        return await (self._by_intent.get(turn.intent, self._unclear) if turn.sure else self._unclear).take(turn)


async def _tells_event(procedures: Procedures, turn: Turn) -> bool:
    """Whether the message tells a life event that is answered with its list, or the step of it that is named."""
    event = event_of(turn.text)
    if event is None:
        return False
    if turn.intent in PART_OF_INTENT and procedures.named(turn, [step.code for step in event.steps]):
        return True
    if _WHERE_TO_BEGIN.search(fold(turn.text)):
        return True
    return not procedures.asks_a_part(turn) and not await procedures.known(turn)


async def _plain_words(procedures: Procedures, turn: Turn) -> Outcome | None:
    """What follows from words that leave no doubt, whatever the classifier made of them."""
    if turn.pressed:
        return None
    if settled := procedures.settled(turn):
        return settled
    if refusal := refused(turn.text):
        reply = reply_to(refusal)
        return Outcome((replace(reply, intent=refusal),))
    if misspoke(turn.text) is not None:
        return await Correct(procedures).take(turn)
    return None


def _files_alone(turn: Turn) -> Outcome:
    """A file without a word: kept, and offered as the beginning of a report."""
    text = say("feedback.files_alone", count=len(turn.attachment_ids))
    return Outcome((Reply(text, (feedback(),)),), {"feedback_files": files_so_far(turn)})
