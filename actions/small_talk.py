"""The small turns of a conversation: fixed replies, once more, from the start, yes, no."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from actions.guard import refused
from actions.handover import Handover
from actions.language import named_language
from actions.offers import NOTHING_WAITS
from actions.payloads import Button, button, dossier, feedback, person, start
from actions.procedures import Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say, speak
from nlu.text.normalise import fold
from nlu.text.tokens import keys

PAUSE = re.compile(
    r"(?:(?:da|a|u|oi) )*(?:khoan|cho|doi)"
    r"(?: (?:da|chut|mot chut|ti|mot ti|xiu|lat|mot lat|em|toi|minh|nhe|a|nha|may phut))*"
    r"|khoan\b.*\b(?:cho|doi) (?:\w+ )?(?:chut|ti|xiu|lat)(?: (?:nghe|nghen|nha|nhe|em|a|da))*"
    r"|(?:wait|hold on|one moment|just a moment)(?: please)?"
)
"""On folded text: the citizen wants a moment, and nothing stopped ("khoan đã", "chờ em chút")."""

_LAUGHS = re.compile(r"^\W*(?:(?:ha|he|hi|hê|hí){2,}h?|lol|lmao|=\)+|:\)+|:d)(?!\w)", re.IGNORECASE)

_BUTTONS: dict[str, Callable[[], tuple[Button, ...]]] = {
    "abuse": lambda: (person(), _help()),
    "ask_bot": lambda: (_help(), person()),
    "edit": start,
    "formal_complaint": lambda: (feedback(), person()),
    "goodbye": tuple,
    "greet": start,
    "help": start,
    "others_data": lambda: (dossier(), person()),
    "out_of_scope": start,
    "prompt_injection": lambda: (start()[0], person()),
    "thanks": tuple,
}
_PARTS = re.compile(r"[,.;!?\n]+")
_SENDS_REPORT = re.compile(r"\b(?:gui|goi|lam|viet|ghi|bao)(?: \w+){0,2} phan anh\b|\bphan anh (?:gium|giup|luon|ho)\b")
"""On folded text: who speaks of a complaint, but wants a report to be sent."""
_A_WISH = 10
"""Syllables up to which a wish for another language may leave open which."""
_SURELY_OUT = 0.9
"""Confidence from which on a matter out of scope is one even in the middle of a conversation about a procedure."""
SAYS = tuple(_BUTTONS)
"""The intents that are answered by a fixed wording."""


def reply_to(intent: str) -> Reply:
    """The fixed reply to one of ``SAYS``."""
    return Reply(say(f"small_talk.{intent}"), _BUTTONS[intent]())


class Say(TurnAction):
    """Answers what needs nothing but a fixed wording."""

    label = "action_say"

    def __init__(self, procedures: Procedures, handover: Handover) -> None:
        self._procedures = procedures
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """The reply; what search knows well is no matter out of scope, "khỏi gặp nữa" no mere goodbye."""
        if left := await self._handover.leave(turn):
            return left
        if settled := self._procedures.settled(turn):
            return settled
        if turn.intent == "formal_complaint" and not turn.pressed and _SENDS_REPORT.search(fold(turn.text)):
            return Outcome(next_action="feedback_form")
        return await self._in_scope(turn) or Outcome((reply_to(turn.intent),))

    async def _in_scope(self, turn: Turn) -> Outcome | None:
        """The answer where the message may be a question after all; ``None`` for another matter.

        Nothing that search is certain of is out of scope, and while the classifier is less sure, nothing that search
        knows or that may go on about the procedure in focus. What search knows does not ask for others' data either,
        unless the classifier is sure of it or plain words say so.
        """
        sure = turn.confidence >= _SURELY_OUT
        if turn.intent == "out_of_scope":
            if sure:
                return await self._procedures.certain(turn)
            return await self._procedures.known(turn) or await self._procedures.in_thread(turn)
        if turn.intent == "others_data" and not sure and not refused(turn.text):
            return await self._procedures.known(turn)
        return None


class Stop(TurnAction):
    """Breaks off what is under way outside the forms: at most the wait for a person."""

    label = "action_stop"

    def __init__(self, handover: Handover) -> None:
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """What became of the wait; "khoan" is not taken for "thôi"."""
        if asks_for_time(turn):
            return Outcome((Reply(say("small_talk.take_your_time")),))
        return await self._handover.stop(turn)


def laughs(turn: Turn) -> bool:
    """Whether the message begins with a laugh."""
    return _LAUGHS.match(turn.text) is not None


def asks_for_time(turn: Turn) -> bool:
    """Whether the whole message is "wait a moment"."""
    return PAUSE.fullmatch(fold(turn.text).strip(" .!,")) is not None


class ChangeLanguage(TurnAction):
    """Speaks English or Vietnamese from now on, whatever the citizen writes in."""

    label = "action_change_language"

    def __init__(self, procedures: Procedures) -> None:
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The one that is named, else the other one; with the answer to what else the message asks."""
        named = named_language(turn.text)
        if named is None and not turn.pressed and len(keys(turn.text)) > _A_WISH:
            return await self._procedures.answer(turn)
        spoken = turn.slots.get("language") or turn.slots.get("heard_language")
        chosen = named or ("vi" if spoken == "en" else "en")
        speak(chosen)
        rest = ", ".join(part for part in _PARTS.split(turn.text) if named_language(part) is None)
        slots = {**turn.slots, "language": chosen}
        answered = await self._procedures.known(replace(turn, text=rest, slots=slots)) if named and rest else None
        if answered is None:
            return Outcome((Reply(say("small_talk.language_set"), start()),), {"language": chosen})
        replies = (Reply(say("small_talk.language_now")), *answered.replies)
        return replace(answered, replies=replies, slots={**answered.slots, "language": chosen})


class Repeat(TurnAction):
    """Says the last replies again."""

    label = "action_repeat"

    def __init__(self, procedures: Procedures) -> None:
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The replies of the turn before, buttons included; the part of the procedure where the message names one."""
        return self._procedures.told_again(turn) or Outcome(repeated(turn))


def repeated(turn: Turn) -> tuple[Reply, ...]:
    """The replies of the turn before, or what to begin with when there are none."""
    return turn.last_replies or (Reply(say("small_talk.nothing_said"), start()),)


class StartOver(TurnAction):
    """Forgets the subject of the conversation."""

    label = "action_start_over"

    async def take(self, turn: Turn) -> Outcome:
        """Every slot of ours is emptied, but for what the citizen said about themselves."""
        return started_over(turn)


KEPT = frozenset({"language", "heard_language", "province", "checklist"})
"""Slots that outlive a session and a new start."""


def started_over(turn: Turn) -> Outcome:
    """The beginning of a conversation, with every other slot that is set emptied."""
    set_slots = (name for name, value in turn.slots.items() if value is not None and not name.startswith("session"))
    emptied = {name: None for name in set_slots if name not in KEPT}
    return Outcome((Reply(say("small_talk.started_over"), start()),), emptied)


class YesOrNo(TurnAction):
    """A yes or no outside the forms: to the offer of a person, to the choice on offer, or to nothing in particular."""

    label = "action_yes_or_no"

    def __init__(self, procedures: Procedures, handover: Handover) -> None:
        self._procedures = procedures
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """What the yes or no means after the last reply."""
        offered = turn.last_replies[-1].buttons if turn.last_replies else ()
        if turn.intent == "affirm":
            if confirmed := self._procedures.confirmed(turn):
                return confirmed
            if offered and offered[0].payload == person().payload:
                return await self._handover.ask_for_person(turn)
            if len(offered) > 1:
                return Outcome((Reply(say("small_talk.choose_one"), offered),))
        elif turn.slots.get("offered_procedures") or turn.slots.get("offered_cases"):
            return Outcome((Reply(say("small_talk.say_it_again"), (person(),)),), NOTHING_WAITS)
        elif others := self._procedures.other_candidates(turn):
            return others
        return Outcome((Reply(say("small_talk.what_else"), start()),))


def _help() -> Button:
    return button(say("buttons.help"), "help")
