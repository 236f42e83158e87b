"""What has to be done when something happens in life: one reviewed file per event.

``wordings`` are regular expressions on folded text; a step names a procedure of the catalogue by its code, ``after``
the steps that come first (counted from 1), ``when`` the condition under which it is needed,
``deadline`` by when a law wants it done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.answer_parts import Term
from nlu.text import english
from nlu.text.abbreviations import folded

type Texts = dict[str, str]
"""A text per language."""


class Deadline(BaseModel):
    """By when a law wants a step done ("trong 60 ngày từ ngày sinh"), per language; ``law`` names it in Vietnamese."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vi: str
    en: str
    law: str


class Step(BaseModel):
    """One procedure of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    after: tuple[int, ...] = ()
    when: Texts | None = None
    note: Texts | None = None
    deadline: Deadline | None = None

    def remark(self, language: str) -> str:
        """What is said beside the name of the procedure: by when, and what else is worth knowing; may be empty."""
        said: list[str] = []
        if self.deadline:
            said.append(f"Làm {self.deadline.vi}." if language == "vi" else f"Due {self.deadline.en}.")
        if self.note:
            said.append(self.note[language])
        return " ".join(said)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Texts
    wordings: list[str]
    note: Texts | None = None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class LifeEvent:
    """An event with its steps in order; ``name`` is that of its file."""

    name: str
    title: Texts
    note: Texts | None
    steps: tuple[Step, ...]
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def events() -> dict[str, LifeEvent]:
    """All events by name. Raises ``ValueError`` for a file that is not of the agreed shape."""
    found: dict[str, LifeEvent] = {}
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        pattern = re.compile("|".join(rf"\b(?:{wording})" for wording in file.wordings))
        found[path.stem] = LifeEvent(path.stem, file.title, file.note, file.steps, pattern)
    return found


@lru_cache(maxsize=1)
def _terms() -> dict[str, Term]:
    steps = [step for event in events().values() for step in event.steps]
    return {step.code: Term(step.deadline.vi, step.deadline.law) for step in steps if step.deadline}


def term_of(code: str) -> Term | None:
    """By when a law wants the procedure with this code done; ``None`` where no step of an event says."""
    return _terms().get(code)


def event_of(text: str) -> LifeEvent | None:
    """The event that ``text`` speaks of: the one named first, of those the longest wording.

    In English only what is asked counts, where that names something: "we just moved here. where do we register?"
    """
    said = folded(english.asked(text) if english.is_english(text) else text)
    named = [
        (found.start(), -len(found.group()), event)
        for event in events().values()
        if (found := event.pattern.search(said))
    ]
    return min(named, key=lambda each: each[:2])[2] if named else None


def beside(text: str, event: LifeEvent) -> str:
    """What ``text`` says beside the event, folded."""
    return event.pattern.sub(" ", folded(text))
