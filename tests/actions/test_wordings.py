"""Every fixed wording exists in every language, with the same values, and is used."""

from __future__ import annotations

import re
import string

import pytest

from actions.life_events import LifeEvent, events
from actions.small_talk import SAYS
from actions.wordings import LANGUAGES, WORDINGS, say, speak
from motcua.programs import ROOT

CHOSEN = re.compile(r"[\"']([a-z_]+\.[a-z_]+)[\"']")


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "actions").rglob("*.py")))


@pytest.mark.parametrize("key", WORDINGS)
def test_a_wording_exists_in_every_language_with_the_same_values(key: str) -> None:
    texts = WORDINGS[key]

    assert sorted(texts) == sorted(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert len({frozenset(values_of(text)) for text in texts.values()}) == 1


@pytest.mark.parametrize("event", events().values(), ids=events())
def test_life_events_are_told_in_every_language(event: LifeEvent) -> None:
    texts = [event.title, event.note, *(text for step in event.steps for text in (step.when, step.note))]

    assert all(sorted(text) == sorted(LANGUAGES) and all(text.values()) for text in texts if text is not None)


def test_every_wording_that_is_named_exists() -> None:
    named = {
        found for found in CHOSEN.findall(sources()) if found.split(".")[0] in {key.split(".")[0] for key in WORDINGS}
    }

    assert named - WORDINGS.keys() == set()


def test_every_wording_is_said_somewhere() -> None:
    text = sources()
    families = {f"{match[1]}" for match in re.finditer(r"[\"']([a-z_]+\.[a-z_]*)\{", text)} | {"emergencies."}
    said = {*CHOSEN.findall(text), *(f"small_talk.{intent}" for intent in SAYS)}
    unsaid = [key for key in WORDINGS if key not in said and not any(key.startswith(family) for family in families)]

    assert unsaid == []


def test_no_action_has_a_wording_of_its_own() -> None:
    courteous = re.compile(r"\"(?:Dạ, |Em |Anh/chị )[^\"]*\"")
    found = [
        f"{path.name}: {match}"
        for path in sorted((ROOT / "actions").rglob("*.py"))
        for match in courteous.findall(
            re.sub(r"\"\"\".*?\"\"\"", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        )
    ]

    assert found == []


def test_the_language_holds_for_what_is_said() -> None:
    try:
        speak("en")
        assert say("buttons.person") == WORDINGS["buttons.person"]["en"]
    finally:
        speak("vi")
    assert say("buttons.person") == WORDINGS["buttons.person"]["vi"]
