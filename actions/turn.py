"""What an action sees of the conversation, and what it makes of it, in plain values instead of trackers and events."""

# rasa_sdk is typed in part and has no stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import provinces
from actions.payloads import Button
from actions.wordings import LANGUAGES, speak
from knowledge.search import Found
from nlu.text.english import heard
from nlu.text.places import Province, named_province

FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Turn:
    """The citizen's latest message as it was understood, with the state of the conversation before it.

    ``intent`` is the likeliest one even where Rasa was not sure of it; ``sure`` tells. ``text`` of a pressed button is
    its payload, ``/intent{…}``. ``channel`` is the channel's name, such as ``web`` or ``voice``.
    """

    conversation_id: str
    message_id: str
    text: str
    intent: str
    confidence: float
    sure: bool = True
    entities: tuple[tuple[str, str], ...] = ()
    attachment_ids: tuple[str, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict[str, Any])
    last_replies: tuple[Reply, ...] = ()
    channel: str = "web"
    searched: dict[tuple[str, str], Found] = field(
        default_factory=dict[tuple[str, str], Found], repr=False, compare=False
    )
    """What search found in this turn, by text and province."""

    @property
    def language(self) -> str:
        """The language that was chosen, else that of this message, else that of those before."""
        said = None if self.pressed else heard(self.text)
        return str(self.slots.get("language") or said or self.slots.get("heard_language") or LANGUAGES[0])

    @cached_property
    def province(self) -> Province | None:
        """The province that the message names, else the one where the citizen said to be."""
        said = None if self.pressed else named_province(self.text)
        return said or provinces.remembered(self.slots.get("province"))

    def last_said(self, words: str) -> bool:
        """Whether ``words`` stand in the last replies."""
        return any(words in reply.text for reply in self.last_replies)

    @property
    def told_before(self) -> tuple[str, str] | None:
        """The code and plain name of the procedure that the last replies told of."""
        return next((reply.procedure for reply in reversed(self.last_replies) if reply.procedure), None)

    @property
    def pressed(self) -> bool:
        """Whether a button was pressed rather than something said."""
        return self.text.startswith("/")

    def entity(self, name: str) -> str | None:
        """The first value of the entity."""
        return next((value for entity, value in self.entities if entity == name), None)

    @classmethod
    def read(cls, tracker: Tracker) -> Turn:
        """The turn of a tracker as Rasa sends it."""
        latest: dict[str, Any] = tracker.latest_message
        ranking: list[dict[str, Any]] = [latest.get("intent") or {}, *(latest.get("intent_ranking") or ())]
        sure = ranking[0].get("name") not in (None, FALLBACK)
        likely = (each for each in ranking[1:] if each.get("name") != FALLBACK)
        best: dict[str, Any] = ranking[0] if sure else next(likely, {"name": FALLBACK})
        metadata: dict[str, Any] = latest.get("metadata") or {}
        return cls(
            conversation_id=str(tracker.sender_id),
            message_id=str(latest.get("message_id") or ""),
            text=str(latest.get("text") or ""),
            intent=str(best.get("name") or FALLBACK),
            confidence=float(best.get("confidence") or 0.0),
            sure=sure,
            entities=tuple((each["entity"], str(each["value"])) for each in latest.get("entities") or ()),
            attachment_ids=tuple(str(each["id"]) for each in metadata.get("attachments") or ()),
            slots=tracker.slots,
            last_replies=_last_replies(tracker.events),
            channel=str(metadata.get("channel") or "web"),
        )


@dataclass(frozen=True)
class Reply:
    """One message to the citizen. ``procedure`` is the code and plain name of what it is about.

    ``procedures`` are the codes that the question was understood as, best first; ``intent`` is given where the action
    understood the message otherwise than the classifier. ``trace`` says why, for ``motcua ask --trace``.
    """

    text: str = ""
    buttons: tuple[Button, ...] = ()
    procedure: tuple[str, str] | None = None
    procedures: tuple[str, ...] = ()
    intent: str | None = None
    trace: str = ""

    def send(self, dispatcher: CollectingDispatcher) -> None:
        """Hands the message to Rasa; the custom part is read by ``bot/turn.py``."""
        custom: dict[str, Any] = {}
        if self.procedure:
            custom["procedure"] = {"code": self.procedure[0], "name": self.procedure[1]}
        if self.procedures:
            custom["procedures"] = list(self.procedures)
        if self.intent:
            custom["intent"] = self.intent
        if self.trace:
            custom["trace"] = self.trace
        buttons: list[dict[str, Any]] = [{"title": each.title, "payload": each.payload} for each in self.buttons]
        dispatcher.utter_message(text=self.text, buttons=buttons, json_message=custom)


@dataclass(frozen=True)
class Outcome:
    """Replies, slots to set, and what comes next: the active form's end, or another action."""

    replies: tuple[Reply, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ends_form: bool = False
    next_action: str | None = None

    def events(self) -> list[EventType]:
        """The outcome as Rasa's events."""
        events: list[EventType] = [SlotSet(name, value) for name, value in self.slots.items()]
        if self.ends_form:
            events += [SlotSet("requested_slot", None), ActiveLoop(None)]
        if self.next_action:
            events.append(FollowupAction(self.next_action))
        return events


class TurnAction(Action):
    """An action of ours: ``label`` is its name in the domain, ``take`` its work."""

    label: str

    def name(self) -> str:
        """The name by which Rasa calls the action."""
        return self.label

    async def take(self, turn: Turn) -> Outcome:
        """What the action makes of the turn."""
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:  # noqa: ARG002
        """Rasa's entry point."""
        turn = Turn.read(tracker)
        speak(turn.language)
        outcome = await self.take(turn)
        for reply in outcome.replies:
            reply.send(dispatcher)
        return [*_heard(turn), *_told_province(turn), *outcome.events()]


def _heard(turn: Turn) -> list[EventType]:
    """Remembers in which language the citizen wrote, for messages that do not tell."""
    said = None if turn.pressed else heard(turn.text)
    known = turn.slots.get("heard_language") or LANGUAGES[0]
    return [SlotSet("heard_language", said)] if said and said != known else []


def _told_province(turn: Turn) -> list[EventType]:
    """Remembers where the citizen said to be."""
    said = None if turn.pressed else provinces.told(turn.text)
    return [SlotSet("province", said.name)] if said and said.name != turn.slots.get("province") else []


def _last_replies(events: list[dict[str, Any]]) -> tuple[Reply, ...]:
    """What was said in the latest turn that said something, before the message in hand."""
    replies: list[Reply] = []
    users = 0
    for event in reversed(events):
        if event.get("event") == "user":
            users += 1
            if users > 1 and replies:
                break
        elif event.get("event") == "bot" and users:
            data: dict[str, Any] = event.get("data") or {}
            custom: dict[str, Any] = data.get("custom") or {}
            about: dict[str, str] | None = custom.get("procedure")
            buttons = tuple(Button(each["title"], each["payload"]) for each in data.get("buttons") or ())
            named = (about["code"], about["name"]) if about else None
            replies.append(Reply(event.get("text") or "", buttons, named))
    return tuple(reversed(replies))
