"""Questions back to the citizen about which procedure is meant, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.differences import difference
from actions.names import shown, title
from actions.parts import INTENT_OF_PART
from actions.payloads import Button, button, person, start
from actions.turn import Outcome, Reply, Turn
from actions.wordings import language, say
from knowledge.answers import Part, answer, source_line
from knowledge.model import Procedure
from knowledge.wording import bullets

_LIKELY_NEXT = (Part.DOCUMENTS, Part.FEE, Part.TIME, Part.ONLINE, Part.PLACE, Part.STEPS, Part.CONDITIONS, Part.RESULT)
MOST = 4
"""Procedures that are offered at once."""
_MOST_SPOKEN = 3
MOST_QUESTIONS = 2
"""Questions back in a row; after that comes the best answer, or a person."""

NOTHING_WAITS: dict[str, Any] = {
    "waiting_part": None,
    "offered_procedures": None,
    "offered_cases": None,
    "alternatives": None,
    "unclear_turns": None,
}
"""Slots once a question was answered: nothing is open any more."""


def asked_too_often(turn: Turn) -> bool:
    """Whether the last turns were questions back already, so that this one must not be another."""
    return _questions(turn) >= MOST_QUESTIONS


def offer(turn: Turn, offered: Sequence[Procedure], part: Part, *, sorry: bool = False) -> Outcome:
    """A choice among at most ``MOST`` procedures by what tells them apart; on the phone in one short sentence.

    ``sorry`` excuses a misunderstanding first.
    """
    codes = [each.code for each in offered]
    if len(offered) == 1:
        name = shown(offered[0])
        buttons = (
            button(say("buttons.right"), "choose_procedure", procedure=codes[0]),
            button(say("buttons.not_it"), "deny"),
        )
        text = say("procedures.is_it_rather" if sorry else "procedures.is_it", name=name)
    else:
        text, titles = _which(turn, offered, part, sorry=sorry)
        buttons = tuple(
            button(title, "choose_procedure", procedure=code) for title, code in zip(titles, codes, strict=False)
        )
    reply = Reply(text, buttons, procedures=tuple(codes), intent=INTENT_OF_PART[part])
    waiting = {"waiting_part": part.value, "offered_procedures": codes, "listed": codes}
    return Outcome((reply,), NOTHING_WAITS | waiting | {"procedure": None, "case": None} | _counted(turn))


def _which(turn: Turn, offered: Sequence[Procedure], part: Part, *, sorry: bool) -> tuple[str, list[str]]:
    """The question, and the titles of its buttons; in Vietnamese by what tells the procedures apart."""
    names = _apart(offered, [shown(each) for each in offered])
    told = difference(offered) if language() == "vi" else None
    labels = list(told.labels) if told else _apart(offered, [title(each) for each in offered])
    if turn.channel == "voice":
        return say("procedures.which_spoken", choices=either(labels[:_MOST_SPOKEN])), labels
    listed = "\n".join(f"{number}. {name}" for number, name in enumerate(names, 1))
    if sorry:
        return say("procedures.perhaps", listed=listed), labels
    if told is None and part is Part.OVERVIEW:
        return say("procedures.which", listed=listed), labels
    if told is None:
        return f"{_of_which(part)}\n{listed}", labels
    return say(f"procedures.which_{told.kind}", choices=either(labels), listed=listed), labels


def ask_for_subject(turn: Turn, part: Part) -> Outcome:
    """Asks what the question is about; a person instead after too many questions."""
    if asked_too_often(turn):
        return _person_instead(turn, part, "")
    text = say("procedures.what_procedure") if part is Part.OVERVIEW else _of_which(part)
    slots = NOTHING_WAITS | {"waiting_part": part.value} | _counted(turn)
    return Outcome((Reply(text, intent=INTENT_OF_PART[part]),), slots)


def _of_which(part: Part) -> str:
    return say("procedures.of_which", part=say(f"procedures.asked_{part.value}"))


def nothing_found(turn: Turn, fields: Sequence[str], part: Part) -> Outcome:
    """Says that nothing was found, names the nearest fields, and after two failures in a row puts a person first."""
    near = say("procedures.near", fields=", ".join(fields)) if fields else ""
    if _questions(turn) + 1 >= MOST_QUESTIONS:
        return _person_instead(turn, part, near)
    reply = Reply(say("procedures.nothing", near=near), (person(),), intent=INTENT_OF_PART[part])
    return Outcome((reply,), NOTHING_WAITS | {"waiting_part": part.value} | _counted(turn))


def which_part(turn: Turn, focus: Procedure, nearest: Sequence[str]) -> Outcome:
    """The lines of the record that are ``nearest`` to the message, if any are, and a choice of parts or a person.

    A person after too many questions.
    """
    if asked_too_often(turn):
        return _person_instead(turn, Part.OVERVIEW, "")
    buttons = (*next_buttons(focus, ())[: MOST - 1], person())
    text = say("procedures.which_part", name=shown(focus))
    if nearest:
        quoted = say("procedures.nearest", name=shown(focus), lines=bullets(nearest, "điều"))
        text = f"{quoted}\n\n{source_line(focus)}"
    return Outcome((Reply(text, buttons, procedures=(focus.code,)),), _counted(turn))


def _person_instead(turn: Turn, part: Part, near: str) -> Outcome:
    buttons: tuple[Button, ...] = (person(), *start()[:3])
    reply = Reply(say("procedures.still_nothing", near=near), buttons, intent=INTENT_OF_PART[part])
    return Outcome((reply,), NOTHING_WAITS | {"waiting_part": part.value} | _counted(turn))


def next_buttons(procedure: Procedure, asked: Sequence[str]) -> tuple[Button, ...]:
    """The parts that are likely to be asked next and that the record can tell."""
    likely = (part for part in _LIKELY_NEXT if part.value not in asked and not answer(procedure, part).missing)
    return tuple(
        button(say(f"procedures.part_{part.value}"), INTENT_OF_PART[part], procedure=procedure.code)
        for part, _ in zip(likely, range(MOST), strict=False)
    )


def _apart(offered: Sequence[Procedure], names: Sequence[str]) -> list[str]:
    """``names``; those that stand twice with their levels, or their field."""
    return [
        f"{name} ({levels(each) or each.field})" if names.count(name) > 1 else name
        for name, each in zip(names, offered, strict=True)
    ]


def levels(procedure: Procedure) -> str:
    """The levels of a procedure in words."""
    return ", ".join(say(f"procedures.level_{level.value}") for level in procedure.levels)


def either(choices: Sequence[str]) -> str:
    """``a, b hay c``."""
    return say("procedures.or", first=", ".join(choices[:-1]), last=choices[-1]) if len(choices) > 1 else choices[0]


def _questions(turn: Turn) -> int:
    return int(turn.slots.get("unclear_turns") or 0)


def _counted(turn: Turn) -> dict[str, Any]:
    return {"unclear_turns": _questions(turn) + 1}
