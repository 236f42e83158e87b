"""Forms that ask for a code: whoever has none, or speaks of something else, is served and let go."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.forms import FORM_OF_INTENT, Form, Interruptions
from actions.parts import PART_OF_INTENT
from actions.payloads import person
from actions.questions import asks
from actions.small_talk import repeated
from actions.turn import FALLBACK, Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.abbreviations import folded
from nlu.text.normalise import normalise
from nlu.text.numbers import spoken_to_written
from nlu.text.tokens import keys

_PAPER = (
    r"(?:giay (?:hen|tiep nhan|bien nhan|bao nop)|bien (?:nhan|lai)|phieu (?:hen|tiep nhan)|(?:to|cai) giay"
    r"|giay(?= (?:roi|dau|mo|luon|do|ay|kia|mat|vut)\b|$)|ma (?:so|ho so|phan anh|tra cuu|do|ay|nao|gi)"
    r"|ma(?= (?:o|dau|roi|nua|het|a|em|luon)\b|$))"
)
_GONE = (
    r"(?:(?:lam |bi |danh )?(?:mat|rot|roi|that lac|lac|vut|quang|rach|quen|uot|chay|gam|giat|nhoe)"
    r"|(?:khong|hong|chua|chang) (?:nho|co|biet|thay|con|giu|cam|mang|luu|tim (?:thay|ra)|duoc (?:cap|dua|phat)))"
)
_LACKS = re.compile(
    rf"\b{_GONE}(?: \w+){{0,2}}? {_PAPER}|\b{_PAPER}(?: \w+){{0,5}}? {_GONE}\b|\b{_PAPER}(?: \w+){{0,2}}? (?:dau|mo)\b"
    r"|\bma \w+iec\b"
)
"""On folded text: the receipt is lost, or the code unknown."""
_LACKS_IT = re.compile(r"\b(?:(?:khong|hong|chua|chang) (?:nho|co|biet|thay|con|giu)|quen|mat roi)\b")
"""The same in a few words that do not name it."""
_FEW = 6
"""Syllables up to which a message that names nothing is about the code."""
_PARTED = re.compile(r"(?<=[,.;!?\n])\s*")
_DIGITS = 4
"""Digits from which on a message that asks nothing is an attempt at the code."""
_ANSWERS = ("affirm", "deny", "edit", FALLBACK)
"""Intents that say nothing outside the form."""
_ENDS = ("request_person", "start_over", "stop")
_LIKELY = 0.7


class CodeForm(Form):
    """A form that nobody can fill in without a code.

    What is no attempt at the code is served as if there were no form. The code is asked for once more after that; then
    the form ends and says how to come back.
    """

    come_back: str
    """The wording with which the form ends by itself."""

    def __init__(self, interruptions: Interruptions, outside: TurnAction) -> None:
        """``outside`` serves any message as if there were no form."""
        super().__init__(interruptions)
        self._outside = outside

    def without_code(self) -> Reply:
        """What to do without a code."""
        raise NotImplementedError

    async def interrupted(self, turn: Turn, asked_for: str) -> Outcome | None:
        """What the message gets that is neither a code nor an attempt at one."""
        if turn.pressed:
            return await self._served(turn)
        if asked_for == self.asks_for[0] and (rest := _lacks_code(turn.text)) is not None:
            served = await self._outside.take(replace(turn, text=rest)) if asks(rest) else Outcome()
            return Outcome((self.without_code(), *served.replies), served.slots, ends_form=True)
        if turn.intent == "repeat" and turn.confidence >= _LIKELY:
            return Outcome(repeated(turn)[:-1])
        if _attempts(turn.text):
            return None
        served = await self._served(turn) if self._tells_more(turn) else None
        if (served and served.ends_form) or not self._asked_again(turn, asked_for):
            return served
        told = served or Outcome()
        return Outcome((*told.replies, Reply(say(self.come_back))), told.slots, ends_form=True)

    def correct(self, turn: Turn, asked_for: str) -> Outcome | None:
        """Only another code or other digits correct something here; anything else is meant outside the form."""
        return self.plain_answer(turn, asked_for)

    def _tells_more(self, turn: Turn) -> bool:
        """Whether the message means something outside the form."""
        if turn.intent in ("affirm", "deny") and turn.slots.get("offered_procedures"):
            return True
        return asks(turn.text) or (turn.sure and turn.intent not in (*_ANSWERS, self._own_intent()))

    def _own_intent(self) -> str:
        return next(intent for intent, form in FORM_OF_INTENT.items() if form == self.form)

    async def _served(self, turn: Turn) -> Outcome | None:
        """The message as it is served outside the form, which ends where another one begins; ``None`` for its own."""
        form = FORM_OF_INTENT.get(turn.intent)
        if turn.sure and form and form != self.form and turn.confidence >= _LIKELY:
            return Outcome(ends_form=True, next_action=form)
        served = await self._outside.take(turn)
        if served.next_action == self.form:
            return None
        if _found_nothing(turn, served):
            return Outcome((Reply(say("forms.no_answer")),))
        return replace(served, ends_form=bool(served.next_action) or (turn.sure and turn.intent in _ENDS))

    def _asked_again(self, turn: Turn, asked_for: str) -> bool:
        """Whether the last question was asked after something else already."""
        *before, last = turn.last_replies or (Reply(),)
        return bool(before) and last.text == self.question(asked_for, turn.slots).text


def _found_nothing(turn: Turn, served: Outcome) -> bool:
    """Whether a question, or what may be one, got no answer but a question back or the offer of a person."""
    if turn.pressed or served.next_action or any(reply.procedures for reply in served.replies):
        return False
    offered = served.replies[-1].buttons if served.replies else ()
    return not turn.sure or (turn.intent in PART_OF_INTENT and person() in offered)


def _lacks_code(text: str) -> str | None:
    """What a message says besides that there is no code; ``None`` where it does not say so."""
    parts = _PARTED.split(text)
    lacking = [part for part in parts if _LACKS.search(_plain(part))]
    few = _plain(text).removesuffix(" dau")
    if not lacking and len(keys(few)) <= _FEW and not asks(few) and _LACKS_IT.search(few):
        lacking = parts
    return " ".join(part for part in parts if part not in lacking).strip() if lacking else None


def _plain(text: str) -> str:
    return folded(text).strip(" ,.;!?")


def _attempts(text: str) -> bool:
    digits = re.sub(r"\D", "", spoken_to_written(normalise(text)))
    return len(digits) >= _DIGITS and not asks(text)
