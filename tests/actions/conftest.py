"""The actions as the action server runs them, on a real database and a small real catalogue."""

# rasa_sdk is typed in part and has no stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.server import actions
from knowledge.search import Knowledge
from motcua.programs import ROOT
from records.calendar import Calendar
from records.database import Database
from records.models import Conversation

OPEN = Calendar.read(ROOT / "tests" / "open_all_day.yml")


@dataclass
class Said:
    """What an action said, the slots it set, and its other events."""

    messages: list[dict[str, Any]]
    slots: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def text(self) -> str:
        """All texts, in order."""
        return "\n".join(message["text"] or "" for message in self.messages)

    @property
    def payloads(self) -> list[str]:
        """The payloads of all buttons, in order."""
        return [button["payload"] for message in self.messages for button in message["buttons"]]


@dataclass
class Talk:
    """One conversation whose slots are kept between the actions, as Rasa keeps them."""

    actions: dict[str, Action]
    id: str
    slots: dict[str, Any] = field(default_factory=dict[str, Any])
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    channel: str = "web"

    async def run(
        self,
        action: str,
        text: str = "",
        intent: str = "nlu_fallback",
        confidence: float = 0.9,
        entities: dict[str, str] | None = None,
        attachments: tuple[str, ...] = (),
        ranking: tuple[tuple[str, float], ...] = (),
    ) -> Said:
        """Runs one action on a message, and keeps what it sets."""
        message: dict[str, Any] = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [
                {"name": name, "confidence": likely} for name, likely in ((intent, confidence), *ranking)
            ],
            "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
            "message_id": uuid.uuid4().hex,
            "metadata": {"channel": self.channel, "attachments": [{"id": each} for each in attachments]},
        }
        self.events.append({"event": "user", "text": text})
        tracker = Tracker(self.id, dict(self.slots), message, list(self.events), False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events: list[dict[str, Any]] = await self.actions[action].run(dispatcher, tracker, cast("DomainDict", {}))
        slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        self.slots.update(slots)
        for said in dispatcher.messages:
            data = {"buttons": said["buttons"], "custom": said["custom"]}
            self.events.append({"event": "bot", "text": said["text"], "data": data})
        return Said(dispatcher.messages, slots, [event for event in events if event["event"] != "slot"])


async def begin_talk(knowledge: Knowledge, database: Database) -> Talk:
    """A new conversation with everything that the action server offers."""
    identifier = uuid.uuid4()
    async with database.session() as session:
        session.add(Conversation(id=identifier, channel="web"))
    return Talk({action.name(): action for action in actions(knowledge, database, OPEN)}, str(identifier))


@pytest.fixture
async def talk(knowledge: Knowledge, database: Database) -> Talk:
    """A new conversation about a few fields of the catalogue."""
    return await begin_talk(knowledge, database)


@pytest.fixture
def code_of(knowledge: Knowledge) -> Callable[[str], str]:
    """The code of the procedure that search puts first."""
    return lambda text: knowledge.search(text, limit=1).hits[0].procedure.code
