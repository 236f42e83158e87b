"""Shortcuts through Rasa 3.6, the last of its line, where most of a turn went into what never changes or nobody reads.

``script/benchmark chat`` says what a turn takes. The longer a conversation, the more they save.
"""

# Rasa's methods are replaced where it leaves no other way in.
# ruff: noqa: SLF001
from __future__ import annotations

import copy
from collections import deque
from functools import cache
from typing import Any

import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

_TURNS = 3
"""Latest messages of a citizen that rules and actions look at, with what followed them."""


def take() -> None:
    """Puts the shortcuts in Rasa's place; before the first turn."""
    # Rasa looks through all classes of events, by way of the modules that are loaded, for every stored event.
    Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))
    # Rasa sends the whole conversation to the action server.
    RemoteAction._action_call_format = _call
    # Rasa checks a JSON schema, and the schema itself, though our own action server built the answer with rasa_sdk;
    # what is no event is refused where it is read.
    RemoteAction._validate_action_result = lambda _action, _result: True


def for_rules(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """``tracker`` with its latest events alone, in which Rasa finds the same rule without replaying all of them, twice.

    No rule of ours looks further back, and no slot decides which one applies. A form does reach further back: with one,
    or with an action that is to follow, ``tracker`` stays as it is.
    """
    latest = _latest(tracker)
    if tracker.active_loop_name or tracker.followup_action or any(isinstance(each, ActiveLoop) for each in latest):
        return tracker
    short = copy.copy(tracker)
    short.events = deque(latest)
    return short


def _call(action: RemoteAction, tracker: DialogueStateTracker, _domain: Domain) -> dict[str, Any]:
    state = tracker.current_state(EventVerbosity.NONE)
    return {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": {**state, "events": [event.as_dict() for event in _latest(tracker)]},
        "version": rasa.__version__,
    }


def _latest(tracker: DialogueStateTracker) -> list[Event]:
    latest: list[Event] = []
    messages = 0
    for event in reversed(tracker.events):
        latest.append(event)
        messages += isinstance(event, UserUttered)
        if messages == _TURNS:
            break
    return latest[::-1]
