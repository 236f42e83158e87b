"""Questions of the last days to learn from: what was not answered, or not at once, and what was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Handover, Message


async def conversations_since(session: AsyncSession, since: dt.datetime) -> list[Sequence[Message]]:
    """The messages of citizens and of the bot since then (UTC), a list per conversation, oldest first."""
    told = Message.created_at >= since, Message.sender.in_(("citizen", "bot"))
    messages = await session.scalars(select(Message).where(*told).order_by(Message.conversation_id, Message.id))
    return [list(own) for _, own in groupby(messages, key=lambda message: message.conversation_id)]


@dataclass(frozen=True)
class Question:
    """What a citizen wrote; ``gave_up`` says that they asked for a person after it."""

    conversation_id: UUID
    text: str
    at: dt.datetime
    gave_up: bool


async def unanswered(
    session: AsyncSession, since: dt.datetime, most: int, *, until: dt.datetime | None = None
) -> list[Question]:
    """Questions that no procedure was found for, and the last ones before people asked for a person; newest first.

    Those from ``since`` on and before ``until``, without it up to now.
    """
    asked = and_(_question(since), *([Message.created_at < until] if until else []))
    nothing = func.jsonb_array_length(Message.understanding["procedures"]) == 0
    found = (
        select(Message.id, Message.conversation_id, Message.text, Message.created_at)
        .where(asked, nothing)
        .order_by(Message.id.desc())
        .limit(most)
    )
    before = (
        select(Message.id, Message.conversation_id, Message.text, Message.created_at)
        .distinct(Handover.id)
        .join(
            Handover, and_(Handover.conversation_id == Message.conversation_id, Message.created_at < Handover.asked_at)
        )
        .where(asked, Handover.asked_at >= since)
        .order_by(Handover.id, Message.id.desc())
        .limit(most)
    )
    last = {row[0]: row for row in (await session.execute(before)).all()}
    rows = {row[0]: row for row in (await session.execute(found)).all()} | last
    newest = sorted(rows, reverse=True)[:most]
    return [Question(rows[key][1], rows[key][2], rows[key][3], key in last) for key in newest]


async def answered(session: AsyncSession, since: dt.datetime, most: int) -> list[tuple[str, str]]:
    """Questions that led straight to one procedure, with its code; the newest first, each wording once."""
    one = func.jsonb_array_length(Message.understanding["procedures"]) == 1
    code = Message.understanding["procedures"][0].astext
    rows = (
        select(Message.text, func.max(code), func.max(Message.id).label("last"))
        .where(_question(since), one)
        .group_by(Message.text)
        .order_by(func.max(Message.id).desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in (await session.execute(rows)).all()]


async def understood(session: AsyncSession, since: dt.datetime, most: int) -> list[str]:
    """What people typed and the assistant was sure to understand, whatever it was about; newest first, each once."""
    intent = Message.understanding["intent"].astext
    rows = (
        select(Message.text)
        .where(
            Message.sender == "citizen",
            Message.created_at >= since,
            Message.payload.is_(None),
            Message.text != "",
            intent.is_not(None),
            intent != "nlu_fallback",
        )
        .group_by(Message.text)
        .order_by(func.max(Message.id).desc())
        .limit(most)
    )
    return list(await session.scalars(rows))


def _question(since: dt.datetime) -> ColumnElement[bool]:
    """A typed message that was taken for a question about a procedure, or for nothing that is known."""
    intent = Message.understanding["intent"].astext
    return and_(
        Message.sender == "citizen",
        Message.created_at >= since,
        Message.payload.is_(None),
        Message.text != "",
        or_(intent.startswith("ask_", autoescape=True), intent == "nlu_fallback"),
    )
