"""Life events as lists to work through: shown in order, ticked off, and found again later.

The slot ``checklist`` keeps ``{"event": name, "done": {name: [step numbers]}}``; it outlives the session.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from actions.choices import NUMBER_WORDS, number_of
from actions.life_events import LifeEvent, Step, beside, event_of, events
from actions.names import shown, title
from actions.offers import NOTHING_WAITS
from actions.parts import PART_OF_INTENT, parts_asked
from actions.payloads import Button, button
from actions.procedures import Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import language, say
from knowledge.model import Procedure
from knowledge.search import Knowledge
from knowledge.wording import lower_first
from nlu.text.normalise import fold

_EXAMPLES = ("new_child", "marriage", "death", "lost_wallet")
_MOST_BUTTONS = 4
_ENGLISH = {"first": 1, "one": 1, "second": 2, "two": 2, "third": 3, "three": 3}
_NUMBERS = NUMBER_WORDS | _ENGLISH
_STEP = re.compile(
    rf"\b(?:buoc|viec|muc|so|thu|step)(?: (?:thu|so|dau))? (\d+|{'|'.join(_NUMBERS)})\b"
    r"|\b(?:buoc|viec) (dau)\b|\b(first|second|third) (?:step|one)"
)
_FIRST_FEW = re.compile(r"\b(hai|ba|bon|2|3|4) (?:buoc|viec) dau\b")
_DONE = re.compile(r"\b(?:xong|roi|done|finished|hoan thanh|danh dau)\b")
_NOT_DONE = re.compile(r"\b(?:bo danh dau|chua (?:lam )?xong|chua lam|chua xong|not done|untick)\b")


class Checklists:
    """Shows the lists, ticks them off."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def show(self, turn: Turn, event: LifeEvent) -> Outcome:
        """The whole list of an event, which becomes the citizen's present one."""
        done = _done(turn).get(event.name, [])
        key = "life_events.again" if done else "life_events.list"
        steps = "\n".join(self._line(number, step, done) for number, step in enumerate(event.steps, 1))
        note = f"\n{event.note[language()]}" if event.note else ""
        title = lower_first(event.title[language()]) if language() == "vi" and not done else event.title[language()]
        text = say(key, title=title, steps=steps, note=note, done=len(done), count=len(event.steps))
        return Outcome((Reply(text, self._buttons(event, done)),), self._slots(turn, event, done))

    def tick(self, turn: Turn) -> Outcome:
        """What a message says about the present list: steps that are done or not, or "show it again"."""
        event = event_of(turn.text) or present(turn)
        if event is None:
            return Outcome((Reply(say("life_events.no_list"), _examples()),))
        plain = fold(turn.text)
        numbers = [number for number in _steps(plain) if number <= len(event.steps)]
        undone = _NOT_DONE.search(plain) is not None
        if not numbers:
            says_done = _DONE.search(plain) and not re.search(r"\b(?:con|danh sach|list|left|xem)\b", plain)
            return Outcome((Reply(say("life_events.which_step")),)) if says_done else self.show(turn, event)
        if not undone and not _DONE.search(plain):
            return self.show(turn, event)
        before = set(_done(turn).get(event.name, []))
        done = sorted(before - set(numbers) if undone else before | set(numbers))
        return Outcome((Reply(self._ticked(event, numbers, done, undone=undone), self._buttons(event, done)),),
                       self._slots(turn, event, done))  # fmt: skip

    def _ticked(self, event: LifeEvent, numbers: list[int], done: list[int], *, undone: bool) -> str:
        listed = ", ".join(map(str, numbers))
        lines = [say("life_events.unticked" if undone else "life_events.ticked", steps=listed)]
        for number in () if undone else numbers:
            missing = [each for each in event.steps[number - 1].after if each not in done]
            if missing:
                lines.append(say("life_events.comes_before", number=number, steps=", ".join(map(str, missing))))
        following = _next(event, done)
        if following is None:
            lines.append(say("life_events.all_done"))
        else:
            name = self._name(event.steps[following - 1])
            lines.append(say("life_events.next", number=following, name=name))
        return "\n".join(lines)

    def _line(self, number: int, step: Step, done: list[int]) -> str:
        said = [
            say("life_events.when", when=step.when[language()]) if step.when else "",
            say("life_events.after", steps=", ".join(map(str, step.after))) if step.after else "",
        ]
        extra = ", ".join(filter(None, said))
        remark = step.remark(language())
        note = f": {lower_first(remark)}" if remark else ""
        told = f" ({extra}){note}" if extra else note
        return say(
            "life_events.step", mark="✅" if number in done else "⬜", number=number, name=self._name(step), extra=told
        )

    def _buttons(self, event: LifeEvent, done: list[int]) -> tuple[Button, ...]:
        """The steps that can be done now, by name."""
        open_steps = [step for number, step in enumerate(event.steps, 1) if number not in done]
        return tuple(
            button(self._name(step, title), "ask_procedure", procedure=step.code) for step in open_steps[:_MOST_BUTTONS]
        )

    def _slots(self, turn: Turn, event: LifeEvent, done: list[int]) -> dict[str, Any]:
        checklist = {"event": event.name, "done": _done(turn) | {event.name: done}}
        listed = [step.code for step in event.steps]
        return NOTHING_WAITS | {"checklist": checklist, "listed": listed}

    def _name(self, step: Step, called: Callable[[Procedure], str] = shown) -> str:
        procedure = self._knowledge.procedure(step.code)
        return called(procedure) if procedure else step.code


class ShowLifeEvent(TurnAction):
    """Lists what has to be done after an event."""

    label = "action_life_event"

    def __init__(self, checklists: Checklists, procedures: Procedures) -> None:
        self._checklists = checklists
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The list, or a question back; an answer where a step is asked for by its name, or something else is known."""
        event = events().get(turn.entity("event") or "") or event_of(turn.text)
        if event:
            steps = [step.code for step in event.steps]
            if turn.pressed:
                return self._checklists.show(turn, event)
            if told := await self._procedures.one_of(turn, steps, beside(turn.text, event)):
                return told
            named = self._procedures.named(turn, steps) if turn.intent in PART_OF_INTENT else None
            if named is None:
                return self._checklists.show(turn, event)
            asked = parts_asked(turn.text, turn.intent, turn.confidence)
            return _with_button(self._procedures.tell(turn, named, *asked), list_button(event))
        if not turn.pressed and (known := await self._procedures.known_or_possible(turn)):
            return known
        examples = ", ".join(f"“{lower_first(events()[name].title[language()])}”" for name in _EXAMPLES)
        return Outcome((Reply(say("life_events.which_event", examples=examples), _examples()),))


class Tick(TurnAction):
    """Comes back to the list."""

    label = "action_checklist"

    def __init__(self, checklists: Checklists, procedures: Procedures) -> None:
        self._checklists = checklists
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The list, with what the message says about it; what was told before if it comes back to that instead."""
        if not (event_of(turn.text) or _STEP.search(fold(turn.text))) and (
            back := await self._procedures.recalled(turn)
        ):
            return back
        return self._checklists.tick(turn)


def present(turn: Turn) -> LifeEvent | None:
    """The event whose list the citizen works through."""
    return events().get(_kept(turn).get("event") or "")


def list_button(event: LifeEvent) -> Button:
    """Shows the list of ``event``."""
    return button(say("life_events.button", title=lower_first(event.title[language()])), "life_event", event=event.name)


def _with_button(outcome: Outcome, more: Button) -> Outcome:
    """``outcome`` with one more button under its last reply."""
    last = outcome.replies[-1]
    return replace(outcome, replies=(*outcome.replies[:-1], replace(last, buttons=(*last.buttons, more))))


def _examples() -> tuple[Button, ...]:
    return tuple(button(events()[name].title[language()], "life_event", event=name) for name in _EXAMPLES)


def _done(turn: Turn) -> dict[str, list[int]]:
    return _kept(turn).get("done") or {}


def _kept(turn: Turn) -> dict[str, Any]:
    return turn.slots.get("checklist") or {}


def _next(event: LifeEvent, done: list[int]) -> int | None:
    """The first open step whose predecessors are done; else the first open one."""
    left = [number for number in range(1, len(event.steps) + 1) if number not in done]
    ready = [number for number in left if set(event.steps[number - 1].after) <= set(done)]
    return next(iter(ready or left), None)


def _steps(plain: str) -> list[int]:
    """The step numbers that a folded message names."""
    if few := _FIRST_FEW.search(plain):
        return list(range(1, number_of(few[1]) + 1))
    words = [next(filter(None, found.groups())) for found in _STEP.finditer(plain)]
    numbers = [_ENGLISH.get(word) or number_of(word) for word in words]
    return [number for number in dict.fromkeys(numbers) if number > 0]
