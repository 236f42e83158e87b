"""Shortcuts through Rasa 3.6, the last of its line, where most of a turn went into what never changes or nobody reads.

``script/benchmark chat`` says what a turn takes. The longer a conversation, the more they save.
"""

# Rasa's methods are replaced where it leaves no other way in.
# ruff: noqa: SLF001
from __future__ import annotations

import asyncio
import copy
from collections import deque
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import aiohttp
import rasa
from rasa.core.actions.action import Action, RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

_TURNS = 3
"""Latest messages of a citizen that rules and actions look at, with what followed them."""
_IDLE_SECONDS = 2.0
"""How long a connection to the action server is kept; the server itself keeps it longer."""


def take() -> None:
    """Puts the shortcuts in Rasa's place; before the first turn."""
    # Rasa looks through all classes of events, by way of the modules that are loaded, for every stored event.
    Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))
    # Rasa sends the whole conversation to the action server.
    RemoteAction._action_call_format = _call
    # Rasa checks a JSON schema, and the schema itself, though our own action server built the answer with rasa_sdk;
    # what is no event is refused where it is read.
    RemoteAction._validate_action_result = lambda _action, _result: True
    # Rasa opens a connection to the action server for every action.
    EndpointConfig.session = _session
    # Rasa has dask plan anew, for every message and every prediction, in which order the nodes of the model come.
    DaskGraphRunner.run = _run


def next_action(processor: MessageProcessor, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
    """What the rules let follow. Outside of forms they all end with one action, so nothing is asked after it."""
    done = tracker.latest_action_name
    in_form = tracker.active_loop_name is not None or done in processor.domain.form_names
    if done in (None, ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME) or in_form or tracker.followup_action:
        return processor.predict_next_with_tracker_if_should(for_rules(tracker))
    waiting = PolicyPrediction.for_action_name(processor.domain, ACTION_LISTEN_NAME, RulePolicy.__name__)
    return processor._get_action(ACTION_LISTEN_NAME), waiting


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


def _session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(**endpoint.basic_auth) if endpoint.basic_auth else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=_connections(asyncio.get_running_loop()),
        connector_owner=False,
    )


@cache
def _connections(_loop: asyncio.AbstractEventLoop) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(keepalive_timeout=_IDLE_SECONDS)


def _run(runner: DaskGraphRunner, inputs: dict[str, Any], targets: list[str]) -> dict[str, Any]:
    orders = vars(runner).setdefault("orders", {})
    order = orders.get(tuple(targets)) or orders.setdefault(tuple(targets), _order(runner, targets))
    known = dict(inputs)
    for name, needs in order:
        _, known[name] = runner._instantiated_nodes[name](*((need, known[need]) for need in needs))
    return {target: known[target] for target in targets}


def _order(runner: DaskGraphRunner, targets: list[str]) -> list[tuple[str, list[str]]]:
    nodes = runner._graph_schema.minimal_graph_schema(targets).nodes
    needs = {name: list(node.needs.values()) for name, node in nodes.items()}
    return [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]
