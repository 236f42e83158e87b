"""One turn of a conversation: the citizen's message in, the utterances out.

Does what ``rasa.core.processor.MessageProcessor.handle_message`` does, and differs in four points that its own way of
working does not leave open:

* an action that fails ends the turn with ``TurnFailed``, and nothing of the turn is stored, so that the same message
  can be handed in again; Rasa itself logs the failure and answers with an empty list;
* a message id that was already processed is answered from the stored tracker;
* the tracker is loaded and saved once, in the configured store itself: Rasa's ``FailSafeTrackerStore`` around it turns
  a database that cannot be read into an empty conversation;
* the utterances are read from the tracker, where text, buttons and custom data of one utterance stand together.
"""

# Rasa 3.6 is the last of its line; its private methods stay as they are.
# ruff: noqa: SLF001
from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.events import ActionExecutionRejected, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.requests import separate
from bot.shortcuts import next_action

_FALLBACK = "nlu_fallback"
OUTLIVES_SESSION = frozenset({"language", "heard_language", "province", "checklist"})
"""Slots that keep what the citizen said about themselves; all others end with the session."""


class TurnFailed(Exception):
    """The turn could not be carried to its end; ``str()`` of it holds no text of the citizen."""


class NamedOutput(OutputChannel):
    """Tells Rasa's response generator which channel it writes for; the utterances themselves stay in the tracker."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def name(self) -> str:  # type: ignore[override]
        """The channel's name, by which a response of the domain may have a variant (``channel: voice``)."""
        return self._channel


@dataclass(frozen=True)
class Turn:
    """What came out of one message.

    ``messages``: ``{"text", "buttons": [{"title", "payload"}], "procedure": {"code", "name"} | None}`` each.
    ``understanding``: ``{"intent", "confidence", "procedures": [code], "expects": slot that a form asks for | None}``.
    """

    messages: list[dict[str, Any]]
    understanding: dict[str, Any]
    paused: bool


def primary_store(agent: Agent) -> TrackerStore:
    """The tracker store that ``endpoints.yml`` names, without the fail-safe wrapping that Rasa puts around it."""
    store = agent.tracker_store
    return store._tracker_store if isinstance(store, FailSafeTrackerStore) else store


async def take_turn(agent: Agent, message: UserMessage) -> Turn:
    """Processes ``message`` and stores the turn; a message id seen before is only answered again.

    Raises ``TurnFailed`` when an action, the action server or the tracker store fails.
    """
    processor = agent.processor
    if processor is None:
        raise TurnFailed("no model is loaded")
    async with agent.lock_store.lock(message.sender_id):
        store = primary_store(agent)
        try:
            tracker = await store.retrieve(message.sender_id) or store.init_tracker(message.sender_id)
        except Exception as error:
            raise TurnFailed(f"tracker store cannot be read: {type(error).__name__}") from error
        if turn := _taken_before(tracker, message.message_id):
            return turn
        tracker.model_id = processor.model_metadata.model_id
        tracker.assistant_id = tracker.assistant_id or processor.model_metadata.assistant_id
        await _begin_session(processor, tracker, message)
        if (message.metadata or {}).get("given_back"):
            _leave_form(tracker)
        alone = tracker.active_loop_name is not None or tracker.is_paused()
        for part in [message] if alone else await separate(processor, message):
            await _process(processor, tracker, part)
        turn = _taken_before(tracker, message.message_id)
        assert turn is not None
        if not turn.messages and not turn.paused:
            raise TurnFailed("no reply")
        try:
            await store.save(tracker)
        except Exception as error:
            raise TurnFailed(f"tracker store cannot be written: {type(error).__name__}") from error
        return turn


async def _process(processor: MessageProcessor, tracker: DialogueStateTracker, message: UserMessage) -> None:
    output = message.output_channel
    await processor._handle_message_with_tracker(message, tracker)
    try:
        await processor.run_action_extract_slots(output, tracker)
        listening = False
        while not listening and processor._should_handle_message(tracker):
            action, prediction = next_action(processor, tracker)
            await _run(processor, tracker, action, prediction, output)
            listening = not processor.should_predict_another_action(action.name())
    except TurnFailed:
        raise
    except ActionLimitReached as error:
        raise TurnFailed("too many actions in one turn") from error
    except Exception as error:
        raise TurnFailed(f"{type(error).__name__} outside an action") from error


async def _begin_session(processor: MessageProcessor, tracker: DialogueStateTracker, message: UserMessage) -> None:
    """Starts a session where the last one is over; what was talked about in that one is forgotten."""
    before = len(tracker.events)
    await processor._update_tracker_session(tracker, message.output_channel, message.metadata)
    if len(tracker.events) > before:
        for name, value in tracker.current_slot_values().items():
            if value is not None and name not in OUTLIVES_SESSION and not name.startswith("session"):
                tracker.update(SlotSet(name, None))


def _leave_form(tracker: DialogueStateTracker) -> None:
    """Forgets the form that was open when a person took over."""
    if tracker.active_loop_name is not None:
        tracker.update(ActiveLoop(None))
        tracker.update(SlotSet("requested_slot", None))


async def _run(
    processor: MessageProcessor,
    tracker: DialogueStateTracker,
    action: Action,
    prediction: PolicyPrediction,
    output: OutputChannel,
) -> None:
    before = tracker.copy()
    before.update_with_events(prediction.events, processor.domain)
    try:
        events = await action.run(output, processor.nlg, before, processor.domain)
    except ActionExecutionRejection:
        tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
        return
    except Exception as error:
        raise TurnFailed(f"{action.name()}: {type(error).__name__}") from error
    processor._log_action_on_tracker(tracker, action, events, prediction)


def _taken_before(tracker: DialogueStateTracker, message_id: str) -> Turn | None:
    events = iter(tracker.events)
    user = next((e for e in events if isinstance(e, UserUttered) and e.message_id == message_id), None)
    if user is None:
        return None
    # The further requests of one message are turns of their own (bot/requests.py).
    own = f"{message_id}+"
    turn = takewhile(lambda event: not isinstance(event, UserUttered) or str(event.message_id).startswith(own), events)
    uttered = [event for event in turn if isinstance(event, BotUttered)]
    expects = tracker.get_slot("requested_slot")
    return Turn([_message(bot) for bot in uttered], _understanding(user, uttered, expects), tracker.is_paused())


def _message(bot: BotUttered) -> dict[str, Any]:
    buttons = [{"title": button["title"], "payload": button["payload"]} for button in bot.data.get("buttons") or ()]
    return {"text": bot.text or "", "buttons": buttons, "procedure": _custom(bot).get("procedure")}


def _understanding(user: UserUttered, uttered: list[BotUttered], expects: str | None) -> dict[str, Any]:
    intent = next((decided for bot in uttered if (decided := _custom(bot).get("intent"))), user.intent_name)
    procedures = dict.fromkeys(code for bot in uttered for code in _custom(bot).get("procedures", ()))
    # Rasa gives "nlu_fallback" the threshold for a confidence; the likeliest intent's own one stands behind it.
    ranking = [user.intent or {}, *(user.parse_data or {}).get("intent_ranking", ())]
    confidence = next((each["confidence"] for each in ranking if each.get("name") not in (None, _FALLBACK)), 0.0)
    return {"intent": intent, "confidence": round(confidence, 4), "procedures": list(procedures), "expects": expects}


def _custom(bot: BotUttered) -> dict[str, Any]:
    return bot.data.get("custom") or {}
