"""The queue of conversations that wait for a person: who is next, how long it usually takes, a message left."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from statistics import median_low

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.models import Conversation, ConversationStatus, Handover

ANSWER_WITHIN = dt.timedelta(minutes=15)
"""Office hours within which somebody who asked for a person is to be answered; a goal of the office, no term of law."""
_RECENT = 20
"""Handovers that the expected wait is learned from, the latest ones."""
_RECENT_DAYS = 30
_WAITING = Handover.taken_at.is_(None) & Handover.ended_at.is_(None)


@dataclass(frozen=True)
class Place:
    """Where a conversation stands in the queue, 1 for the next one; ``wait`` is the usual one of late, if known."""

    position: int
    wait: dt.timedelta | None


async def ask(session: AsyncSession, conversation_id: uuid.UUID, reason: str) -> Place | None:
    """Puts the conversation in the queue of staff; asking again keeps the place. ``None`` while a person answers."""
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.status == ConversationStatus.BOT)
        .values(status=ConversationStatus.WAITING, status_reason=reason)
    )
    due_at = database_of(session).calendar.add_working_time(dt.datetime.now(dt.UTC), ANSWER_WITHIN)
    queued = insert(Handover).values(conversation_id=conversation_id, reason=reason, due_at=due_at)
    await session.execute(
        queued.on_conflict_do_nothing(index_elements=["conversation_id"], index_where=Handover.ended_at.is_(None))
    )
    return await place(session, conversation_id)


async def place(session: AsyncSession, conversation_id: uuid.UUID) -> Place | None:
    """Where the conversation stands in the queue; ``None`` where it does not wait."""
    own = select(Handover.asked_at).where(Handover.conversation_id == conversation_id, _WAITING)
    asked_at = (await session.execute(own)).scalar_one_or_none()
    if asked_at is None:
        return None
    before = select(func.count()).where(_WAITING, Handover.asked_at <= asked_at)
    return Place((await session.execute(before)).scalar_one(), await usual_wait(session))


async def leave(session: AsyncSession, conversation_id: uuid.UUID) -> bool:
    """Takes the conversation out of the queue; whether it stood there. One that a person answers stays with them."""
    left = (
        update(Handover)
        .where(Handover.conversation_id == conversation_id, _WAITING)
        .values(ended_at=func.now())
        .returning(Handover.id)
    )
    if (await session.execute(left)).first() is None:
        return False
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.status == ConversationStatus.WAITING)
        .values(status=ConversationStatus.BOT, status_reason=None)
    )
    return True


async def usual_wait(session: AsyncSession) -> dt.timedelta | None:
    """The middle one of the latest waits, in office hours; ``None`` where nobody was taken over of late."""
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=_RECENT_DAYS)
    latest = (
        select(Handover.asked_at, Handover.taken_at)
        .where(Handover.taken_at > since)
        .order_by(Handover.taken_at.desc())
        .limit(_RECENT)
    )
    calendar = database_of(session).calendar
    waits = [calendar.working_time(asked, taken) for asked, taken in (await session.execute(latest)).tuples() if taken]
    return median_low(waits) if waits else None


async def leave_message(session: AsyncSession, conversation_id: uuid.UUID, reason: str) -> None:
    """Marks that the conversation holds a message for whoever takes over."""
    open_one = (Handover.conversation_id == conversation_id) & Handover.ended_at.is_(None)
    await session.execute(update(Handover).where(open_one).values(reason=reason))
