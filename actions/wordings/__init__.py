"""Every fixed wording in every language, in the YAML files of this folder: ``say("forms.stopped")``.

A key is the file's name and the entry's; an entry has one text per language, with the same ``{values}`` in each. The
language is that of the conversation whose turn is being taken (``speak``); it holds for the task and its threads.
"""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path

import yaml

LANGUAGES = ("vi", "en")
_language: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])

WORDINGS: dict[str, dict[str, str]] = {
    f"{file.stem}.{name}": texts
    for file in sorted(Path(__file__).parent.glob("*.yml"))
    for name, texts in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}


def speak(language: str | None) -> None:
    """From here on this task says everything in ``language``; in Vietnamese where it is not one of ``LANGUAGES``."""
    _language.set(language if language in LANGUAGES else LANGUAGES[0])


def language() -> str:
    """The language that this task speaks."""
    return _language.get()


def say(key: str, **values: object) -> str:
    """The wording in the present language. Raises ``KeyError`` for an unknown key or a value that is missing."""
    return WORDINGS[key][_language.get()].format(**values)
