"""Figures over conversations: how many, how many without a person, how long people waited, what they asked about."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import ColumnElement, distinct, extract, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.feedback.life import OPEN
from records.figures.periods import Period
from records.models import Conversation, Feedback, Handover, Message

NOW = dt.timedelta(minutes=30)
"""A conversation goes on for this long after the citizen's last message."""


@dataclass(frozen=True)
class ChannelLine:
    """One channel, or all of them: conversations going on, waiting, with a person; those of a period; those of them
    that were answered without a person; and how long people waited for one, in minutes of office hours (median)."""

    channel: str
    now: int
    waiting: int
    with_person: int
    talks: int
    alone: int
    waited: float | None


@dataclass(frozen=True)
class Asked:
    """A procedure and how many conversations were told about it."""

    code: str
    name: str
    talks: int


async def channels(session: AsyncSession, period: Period) -> list[ChannelLine]:
    """A line for each channel that was used in ``period``, or that somebody waits on."""
    start, end = period.moments
    going_on = dt.datetime.now(dt.UTC) - NOW
    said = (
        select(Message.conversation_id, func.max(Message.created_at).label("last"))
        .where(Message.sender == "citizen", Message.created_at >= start, Message.created_at < end)
        .group_by(Message.conversation_id)
        .subquery()
    )
    asked = (
        select(
            Handover.conversation_id,
            func.bool_or(Handover.ended_at.is_(None) & Handover.staff_id.is_(None)).label("waiting"),
            func.bool_or(Handover.ended_at.is_(None) & Handover.staff_id.is_not(None)).label("with_person"),
            func.bool_or((Handover.asked_at >= start) & (Handover.asked_at < end)).label("asked"),
        )
        .where((Handover.asked_at < end) & (Handover.ended_at.is_(None) | (Handover.asked_at >= start)))
        .group_by(Handover.conversation_id)
        .subquery()
    )
    rows = await session.execute(
        select(
            Conversation.channel,
            func.count().filter(said.c.last >= going_on),
            func.count().filter(asked.c.waiting),
            func.count().filter(asked.c.with_person),
            func.count().filter(said.c.last.is_not(None)),
            func.count().filter(said.c.last.is_not(None) & func.coalesce(asked.c.asked, False).is_(False)),
        )
        .select_from(Conversation)
        .outerjoin(said, said.c.conversation_id == Conversation.id)
        .outerjoin(asked, asked.c.conversation_id == Conversation.id)
        .where(said.c.last.is_not(None) | asked.c.waiting | asked.c.with_person)
        .group_by(Conversation.channel)
        .order_by(Conversation.channel)
    )
    waited = await _waited(session, period)
    return [ChannelLine(*row, waited=waited.get(row[0])) for row in rows.all()]


async def late_cases(session: AsyncSession, reach: ColumnElement[bool]) -> tuple[int, int]:
    """Open cases within ``reach``, and those of them whose due time has passed."""
    late = (Feedback.due_at < func.now()) & Feedback.paused_at.is_(None)
    opened = Feedback.state.in_([state.value for state in OPEN])
    row = (await session.execute(select(func.count(), func.count().filter(late)).where(opened, reach))).one()
    return row[0], row[1]


async def waiting_too_long(session: AsyncSession) -> int:
    """Conversations that wait for a person for longer than the office wants."""
    late = Handover.ended_at.is_(None), Handover.staff_id.is_(None), Handover.due_at < func.now()
    return (await session.execute(select(func.count()).select_from(Handover).where(*late))).scalar_one()


async def asked_about(session: AsyncSession, period: Period) -> Sequence[Asked]:
    """The procedures that citizens were told about, the one told most often first."""
    start, end = period.moments
    code, name = Message.procedure["code"].astext, Message.procedure["name"].astext
    told = Message.procedure.is_not(None), Message.created_at >= start, Message.created_at < end
    rows = await session.execute(
        select(code, func.max(name), func.count(distinct(Message.conversation_id)).label("talks"))
        .where(*told)
        .group_by(code)
        .order_by(text("talks DESC"), code)
    )
    return [Asked(*row) for row in rows.all()]


async def by_hour(session: AsyncSession, period: Period) -> dict[int, int]:
    """Messages of citizens in ``period`` by hour of the day in Vietnam."""
    start, end = period.moments
    hour = extract("hour", func.timezone("Asia/Ho_Chi_Minh", Message.created_at))
    said = Message.sender == "citizen", Message.created_at >= start, Message.created_at < end
    rows = await session.execute(select(hour.label("hour"), func.count()).where(*said).group_by("hour"))
    counts = {int(row[0]): row[1] for row in rows.all()}
    return {each: counts.get(each, 0) for each in range(24)}


async def _waited(session: AsyncSession, period: Period) -> dict[str, float]:
    start, end = period.moments
    calendar = database_of(session).calendar
    minutes = defaultdict[str, list[float]](list)
    rows = await session.execute(
        select(Conversation.channel, Handover.asked_at, Handover.taken_at)
        .join(Handover, Handover.conversation_id == Conversation.id)
        .where(Handover.taken_at.is_not(None), Handover.asked_at >= start, Handover.asked_at < end)
    )
    for channel, asked_at, taken_at in rows.tuples():
        if taken_at:
            minutes[channel].append(calendar.working_time(asked_at, taken_at).total_seconds() / 60)
    return {channel: median(waits) for channel, waits in minutes.items()}
