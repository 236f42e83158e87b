from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from records import conversations
from records.database import Database
from records.feedback import NewFeedback, file_feedback
from records.feedback.journal import by_code, events
from records.feedback.life import Actor, Role, Step
from records.models import Delivery, Feedback, FeedbackEvent, Message

AN = Actor(Role.CLERK, "an", "Nguyễn An")
BINH = Actor(Role.CLERK, "binh", "Trần Bình")
LEAD = Actor(Role.LEAD, "chi", "Lê Chi")


@dataclass
class Office:
    """A database with the shortest way to file cases, take steps and see what came of them."""

    database: Database

    async def file(self, what: str = "Đèn đường hỏng", *, channel: str | None = "telegram", **more: Any) -> str:
        """Files a case on a channel of its own; ``None`` for one without a conversation."""
        async with self.database.session() as session:
            if channel == "web":
                conversation, _ = await conversations.start_web(session)
                more["conversation_id"] = str(conversation.id)
            elif channel is not None:
                conversation = await conversations.of_channel_user(session, channel, uuid.uuid4().hex)
                more["conversation_id"] = str(conversation.id)
            return (await file_feedback(session, NewFeedback("report", what, **more))).tracking_code

    async def take(self, step: Callable[..., Awaitable[Any]], *arguments: Any, **more: Any) -> Any:
        """Takes a step in a transaction of its own."""
        async with self.database.session() as session:
            return await step(session, *arguments, **more)

    async def case(self, code: str) -> Feedback:
        """The case as stored."""
        async with self.database.session() as session:
            case = await by_code(session, code)
        assert case is not None
        return case

    async def events(self, code: str) -> list[FeedbackEvent]:
        """Its steps."""
        async with self.database.session() as session:
            case = await by_code(session, code)
            assert case is not None
            return await events(session, case)

    async def steps(self, code: str) -> list[Step]:
        """The names of its steps."""
        return [Step(event.step) for event in await self.events(code)]

    async def heard(self, code: str) -> list[str]:
        """What the citizen of the case was told, in order."""
        return [message.text for message in await self.messages(code)]

    async def messages(self, code: str) -> list[Message]:
        """The messages to the citizen of the case, in order."""
        case = await self.case(code)
        async with self.database.session() as session:
            return list(await conversations.transcript(session, case.conversation_id)) if case.conversation_id else []

    async def posted(self, code: str) -> int:
        """How many messages are on their way to the citizen of the case."""
        case = await self.case(code)
        async with self.database.session() as session:
            wanted = select(Delivery.id).where(Delivery.conversation_id == case.conversation_id)
            return len((await session.execute(wanted)).all())


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
