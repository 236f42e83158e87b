"""Rasa finds the same action for a conversation's latest turns as for all of it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from motcua.programs import BOT_PYTHON, ROOT

SCRIPT = """
import json, sys
from rasa.core.agent import Agent
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from bot.shortcuts import for_rules, next_action

processor = Agent.load(sys.argv[1]).processor
domain = processor.domain
intents = sorted(set(domain.intents) - {"restart", "session_start", "back"})

def said(intent):
    return UserUttered(intent, {"name": intent, "confidence": 1.0})

def conversation(*events):
    listen = ActionExecuted("action_listen")
    before = [said("greet"), ActionExecuted("action_say"), SlotSet("province", "Huế"), listen]
    return DialogueStateTracker.from_events("one", [listen, *4 * before, *events], domain.slots)

def predicted(tracker):
    return processor.predict_next_with_tracker_if_should(tracker)[0].name()

def both(*events):
    full = conversation(*events)
    short = for_rules(full)
    return [len(full.events) - len(short.events), predicted(full), next_action(processor, full)[0].name()]

first = {intent: both(said(intent)) for intent in intents}
then = {intent: both(said(intent), ActionExecuted(first[intent][1])) for intent in intents}
form = [ActionExecuted("feedback_form"), ActiveLoop("feedback_form"), ActionExecuted("action_listen")]
inside = both(said("give_feedback"), *form, said("ask_fee"))
print(json.dumps([first, then, inside]))
"""


@pytest.fixture(scope="module")
def told(trained: Path) -> tuple[dict[str, list[str]], dict[str, list[str]], list[str]]:
    done = subprocess.run(
        [BOT_PYTHON, "-W", "ignore", "-c", SCRIPT, trained],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_intent_leads_to_the_same_action_and_then_to_waiting(told: tuple[dict[str, list[str]], ...]) -> None:
    first, then, _ = told
    assert len({action for _, action, _ in first.values()}) > 20
    for left_out, full, short in (*first.values(), *then.values()):
        assert left_out
        assert short == full


def test_inside_a_form_rasa_sees_all_of_it(told: tuple[dict[str, list[str]], dict[str, list[str]], list[str]]) -> None:
    left_out, full, short = told[2]
    assert (left_out, full, short) == (0, "feedback_form", "feedback_form")
