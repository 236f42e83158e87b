"""Forms: asking for one thing after the other without trapping anyone.

Rasa keeps which form is active and which slot was asked for last; the ``validate_…`` action of the form, one of the
classes below, reads the whole message: it is an answer, a question in between, a wish to stop, an emergency …, and it
asks for what comes next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.corrections import misheard, misspoke
from actions.emergencies import first_aid, is_emergency
from actions.handover import Handover
from actions.misunderstandings import of_the_same_thing
from actions.parts import PART_OF_INTENT
from actions.procedures import Procedures
from actions.questions import asks
from actions.recall import comes_back
from actions.small_talk import asks_for_time, repeated, reply_to, started_over
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import keys

FORM_OF_INTENT = {
    "dossier_status": "dossier_form",
    "give_feedback": "feedback_form",
    "feedback_status": "feedback_status_form",
}
_SHORT = 6
"""Syllables up to which a message counts as a mere "thôi" or "nhắc lại"."""
_LIKELY = 0.5
_VERY_LIKELY = 0.7
_NEARLY_CERTAIN = 0.9
_STOP = re.compile(
    r"(?:(?:da|a|u|oi|khong|khoan(?: da)?),? )*(?:thoi|huy|huy bo|dung|dung lai|ngung|thoat|bo di|stop|cancel)"
    r"(?: (?:di|nhe|nha|a|em|khong \w+ nua|khong \w+ \w+ nua|bo di|bo))*"
)
_GIVES_UP = re.compile(
    r"(?:(?:da|o|u|a|oi),? )*thoi,?"
    r" (?:thoi|khoi|bo|huy|(?:noi )?(?:lan man|dai dong|lac de)|de (?:bua|hom|luc|khi|dip) (?:khac|sau))\b"
)
"""An opening that stops a form however long the message is."""
_NO_MORE = re.compile(r"\b(?:khong|hong|khoi|dung|ko|k)(?: \w+){0,2} (?:gui|bao|phan anh|lam)(?: \w+)? nua\b")
"""Words that do the same anywhere in a message that the classifier takes for a wish to stop."""
_CLAUSE = re.compile(r"^[^,.;!?]*(?:thôi|thoi)[^.,;!?]*[,.;!?]\s*(?=\w)", re.IGNORECASE)
"""The first words of a message, with which something is given up."""
_LATER = re.compile(
    r"(?:(?:khoan|thoi|cho|doi|da|u|a|vay)\b[ ,]*)*de (?:toi|tui|em|minh|con|chau|bac|chi|anh|co|chu|ba|ong)"
    r"(?: \w+){0,2} (?:hoi|coi|xem|tim|kiem|nghi|tinh|lay|chup)\b"
)
"""An opening by which the citizen wants a moment for something else."""
_RIGHT = re.compile(r"(?:đúng|dung)(?: (?:rồi|roi|vậy|vay|thế|the|ạ|a|em|luôn|luon))*")
"""What stops nothing, though "dừng" is the same word without accents."""
_STAFF = r"(?:can bo|nguoi(?: that)?|nhan vien|tong dai|lanh dao)"
_PERSON = re.compile(
    rf"\b(?:cho(?: \w+){{0,2}}|muon|xin|can|doi) (?:gap|noi chuyen voi) {_STAFF}\b"
    rf"|\b(?:goi|keu|moi)(?: \w+){{0,2}} {_STAFF}(?: \w+){{0,4}} (?:noi chuyen|gap (?:toi|tui|em|minh|tao|bac))\b"
)
_SMALL_TALK = ("abuse", "ask_bot", "greet", "help", "others_data", "prompt_injection", "thanks")


class Interruptions:
    """Everything that a message inside a form may be, other than an answer to what was asked."""

    def __init__(self, procedures: Procedures, handover: Handover, buttons: Mapping[str, TurnAction]) -> None:
        """``buttons`` are what pressed buttons of earlier messages lead to, by intent, without ending the form."""
        self._procedures = procedures
        self._handover = handover
        self._buttons = buttons

    async def mentioned(self, turn: Turn) -> dict[str, Any]:
        """The slots of the procedure that a message is surely about."""
        return await self._procedures.mentioned(turn)

    async def urgent(self, turn: Turn, form: str, *, answers: bool) -> Outcome | None:
        """What comes before any answer: an emergency, the wish to stop, a person, another form.

        What ``answers`` the form plainly stops nothing, whatever the classifier made of it.
        """
        if is_emergency(turn):
            return Outcome((first_aid(turn),))
        short = _short(turn)
        if asks_for_time(turn) or (_LATER.match(fold(turn.text)) and not answers):
            return Outcome((Reply(say("small_talk.take_your_time")),))
        said = normalise(turn.text).lower().strip(" .!,")
        stops = _STOP.fullmatch(fold(said)) or (_means(turn, "stop", _LIKELY) and short and not answers)
        stops = stops or (_means(turn, "stop", _NEARLY_CERTAIN) and _NO_MORE.search(fold(said)) and not answers)
        if stops and not _RIGHT.fullmatch(said):
            return Outcome((Reply(say("forms.stopped")),), ends_form=True)
        if _GIVES_UP.match(fold(said)) and not answers:
            rest = replace(turn, text=_CLAUSE.sub("", turn.text, count=1))
            asked = await self._procedures.answer(rest) if not short and turn.intent in PART_OF_INTENT else Outcome()
            return Outcome((Reply(say("forms.stopped")), *asked.replies), asked.slots, ends_form=True)
        likely = short and not answers and _means(turn, "request_person", _VERY_LIKELY)
        wants_person = likely or _PERSON.search(fold(turn.text))
        if form != "message_form" and wants_person:
            asked = await self._handover.ask_for_person(turn)
            return replace(asked, ends_form=True)
        if short and _means(turn, "start_over", _VERY_LIKELY):
            return replace(started_over(turn), ends_form=True)
        other = FORM_OF_INTENT.get(turn.intent)
        if other and other != form and (turn.pressed or turn.entity("dossier_code") or turn.entity("tracking_code")):
            return Outcome(ends_form=True, next_action=other)
        return None

    async def corrected(self, turn: Turn) -> Outcome | None:
        """What a correction says of a question that was answered in between right before; ``None`` where none was."""
        if turn.told_before is None:
            return None
        same = await of_the_same_thing(self._procedures, turn)
        return same or await self._procedures.known(turn) or await self._procedures.in_thread(turn)

    async def in_between(self, turn: Turn, *, free_text: bool, tells: bool) -> Outcome | None:
        """Small talk, a choice or a question, after which the form goes on; ``None`` for an answer to the form.

        ``free_text`` says that the slot takes any text, so that only what search is sure of counts as a question;
        ``tells`` that something in the message fits the form, so that it may be an answer.
        """
        if turn.pressed and turn.intent in self._buttons:
            return await self._buttons[turn.intent].take(turn)
        short = _short(turn)
        if short and _means(turn, "repeat", _VERY_LIKELY):
            return Outcome(repeated(turn)[:-1])
        if short and turn.intent in _SMALL_TALK and turn.confidence >= _VERY_LIKELY:
            return Outcome((reply_to(turn.intent),))
        if asks(turn.text) and _means(turn, "out_of_scope", _NEARLY_CERTAIN):
            return await self._procedures.known(turn) or Outcome((reply_to(turn.intent),))
        if comes_back(turn.text) and asks(turn.text) and (back := await self._procedures.recalled(turn)):
            return back
        if turn.intent in ("choose_procedure", "choose_case") and (
            turn.pressed or (turn.slots.get("offered_procedures") and turn.confidence >= _VERY_LIKELY)
        ):
            return await self._procedures.choose(turn)
        if turn.intent in PART_OF_INTENT and turn.pressed:
            return await self._procedures.answer(turn)
        asks_for_part = turn.intent in PART_OF_INTENT and turn.confidence >= _NEARLY_CERTAIN and not tells
        if not asks_for_part and not asks(turn.text):
            return None
        if free_text or turn.intent not in PART_OF_INTENT:
            unanswered = None if free_text or tells else Outcome((Reply(say("forms.no_answer")),))
            return await self._procedures.known(turn) or unanswered
        return await self._procedures.answer(turn)


def _short(turn: Turn) -> bool:
    return turn.pressed or len(keys(turn.text)) <= _SHORT


def _means(turn: Turn, intent: str, confidence: float) -> bool:
    return turn.intent == intent and turn.confidence >= confidence


class Form(TurnAction):
    """A form's ``validate_…`` action. ``form`` is its name, ``asks_for`` its slots in the order of asking."""

    form: str
    asks_for: tuple[str, ...]
    takes_any_text: frozenset[str] = frozenset()

    def __init__(self, interruptions: Interruptions) -> None:
        self._interruptions = interruptions

    async def take(self, turn: Turn) -> Outcome:
        """Reads the message and asks for the first thing that is still missing."""
        asked_for: str | None = turn.slots.get("requested_slot")
        if asked_for is None:
            return self._ask(turn, self.open(turn))
        plain = self.plain_answer(turn, asked_for)
        return self._ask(
            turn,
            await self._interruptions.urgent(turn, self.form, answers=plain is not None)
            or plain
            or await self._said_wrong(turn, asked_for)
            or await self.interrupted(turn, asked_for)
            or self.read(turn, asked_for),
        )

    def open(self, turn: Turn) -> Outcome:
        """What the message that began the form already tells."""
        raise NotImplementedError

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:
        """The message as an answer that cannot be mistaken for anything else, such as a code or a button."""
        raise NotImplementedError

    async def interrupted(self, turn: Turn, asked_for: str) -> Outcome | None:
        """What a message gets that is no answer and after which the form may go on; ``None`` for an answer."""
        free_text = asked_for in self.takes_any_text
        return await self._interruptions.in_between(turn, free_text=free_text, tells=self.tells(turn))

    def read(self, turn: Turn, asked_for: str) -> Outcome:
        """The message as an answer where it is nothing else either."""
        raise NotImplementedError

    def tells(self, turn: Turn) -> bool:  # noqa: ARG002
        """Whether something in the message fits the form, though it may be a question too."""
        return False

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:
        """How to ask for a slot, given the values that are known by now."""
        raise NotImplementedError

    def correct(self, turn: Turn, asked_for: str) -> Outcome | None:
        """Takes ``turn``, what was meant instead, as the better answer to the question before ``asked_for``."""
        return self.read(turn, self.before(turn, asked_for))

    def before(self, turn: Turn, asked_for: str) -> str:
        """The slot that was last filled with words before ``asked_for``, if any; else that."""
        filled = self.asks_for[: self.asks_for.index(asked_for)]
        return next((slot for slot in reversed(filled) if isinstance(turn.slots.get(slot), str)), asked_for)

    async def _said_wrong(self, turn: Turn, asked_for: str) -> Outcome | None:
        """ "Ý tôi là ngõ 7" corrects the answer before; a mere "không phải" or a mishearing asks for it again."""
        said = "" if misheard(turn) else None if turn.pressed else misspoke(turn.text)
        if said is None:
            return None
        if said:
            better = replace(turn, text=said, intent="")
            answered = None if self.tells(better) else await self._interruptions.corrected(better)
            return answered or self.correct(better, asked_for)
        if asked_for == self.asks_for[-1] and not turn.pressed:
            return None
        filled = self.asks_for[: self.asks_for.index(asked_for)]
        before = next((slot for slot in reversed(filled) if turn.slots.get(slot) is not None), None)
        if before is None and not turn.pressed:
            return None
        return Outcome((Reply(say("forms.again")),), {before: None} if before else {})

    def _ask(self, turn: Turn, outcome: Outcome) -> Outcome:
        if outcome.ends_form:
            return replace(outcome, slots={**outcome.slots, **dict.fromkeys(self.asks_for)})
        values = {**turn.slots, **outcome.slots}
        missing = next((slot for slot in self.asks_for if values.get(slot) is None), None)
        replies = (*outcome.replies, self.question(missing, values)) if missing else outcome.replies
        # Rasa takes a validation that sets no slot for a message that has nothing to do with the form.
        slots = {**outcome.slots, self.asks_for[0]: values.get(self.asks_for[0])}
        return Outcome(replies, slots)
