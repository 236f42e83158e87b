"""The action server and Rasa's files agree on names."""

from __future__ import annotations

from typing import Any

import yaml

from actions.forms import FORM_OF_INTENT
from actions.handover import Caring
from actions.parts import PART_OF_INTENT
from actions.small_talk import SAYS
from actions.unclear import Unclear
from motcua.programs import ROOT
from tests.actions.conftest import Talk


def read(path: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def first_actions() -> dict[str, str]:
    """The action that the rules name first, per intent."""
    rules = read("bot/rules.yml")["rules"]
    return {steps[0]["intent"]: steps[1]["action"] for rule in rules if "intent" in (steps := rule["steps"])[0]}


def test_the_domain_names_exactly_the_actions_that_are_served(talk: Talk) -> None:
    assert sorted(talk.actions) == sorted(read("bot/domain/conversation.yml")["actions"])


def test_every_intent_has_a_rule() -> None:
    assert sorted(first_actions().keys() - {"nlu_fallback"}) == sorted(read("bot/domain/conversation.yml")["intents"])


def test_an_uncertain_intent_leads_where_a_certain_one_does(talk: Talk) -> None:
    caring = talk.actions["action_unclear"]
    assert isinstance(caring, Caring)
    unclear = caring.action
    assert isinstance(unclear, Unclear)
    others = {intent: action.name() for intent, action in unclear.others.items()}
    asked = dict.fromkeys(PART_OF_INTENT, "action_answer")
    said = dict.fromkeys(SAYS, "action_say")

    assert {**others, **asked, **FORM_OF_INTENT, **said, "nlu_fallback": "action_unclear"} == first_actions()
