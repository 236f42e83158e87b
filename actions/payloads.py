"""Buttons and what pressing them says to Rasa: ``/intent{"entity": "value"}``."""

from __future__ import annotations

import json
from dataclasses import dataclass

from actions.wordings import say

_TITLE = 60


@dataclass(frozen=True)
class Button:
    """A title for the citizen and the payload that stands for it."""

    title: str
    payload: str


def button(title: str, intent: str, **entities: str) -> Button:
    """A button for ``intent`` with ``entities``; a long title is cut between words."""
    if len(title) > _TITLE:
        title = title[:_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:(-–") + "…"
    return Button(title, f"/{intent}" + (json.dumps(entities, ensure_ascii=False) if entities else ""))


def person() -> Button:
    """Asks for an official."""
    return button(say("buttons.person"), "request_person")


def feedback() -> Button:
    """Begins a report or suggestion."""
    return button(say("buttons.feedback"), "give_feedback")


def dossier() -> Button:
    """Begins to look a dossier up."""
    return button(say("buttons.dossier"), "dossier_status")


def start() -> tuple[Button, ...]:
    """What a conversation usually begins with."""
    return (button(say("buttons.ask"), "ask_procedure"), dossier(), feedback(), person())
