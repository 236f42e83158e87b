"""Buttons and what pressing them says to Rasa: ``/intent{"entity": "value"}``."""

from __future__ import annotations

import json
from dataclasses import dataclass

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


PERSON = button("Gặp cán bộ", "request_person")
ASK = button("Hỏi về thủ tục", "ask_procedure")
DOSSIER = button("Tra cứu hồ sơ", "dossier_status")
FEEDBACK = button("Gửi phản ánh, kiến nghị", "give_feedback")
START = (ASK, DOSSIER, FEEDBACK, PERSON)
"""What a conversation usually begins with."""
