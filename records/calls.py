"""Calls of the hotline, and the list of callers who were promised to be called."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import voice_mails
from records.calendar import Calendar
from records.database import database_of
from records.models_calls import Call, CallBack
from records.privacy.holds import not_held
from records.recordings import recording_path

_PERIOD = dt.timedelta(hours=2)
"""A call back is promised within two office hours."""


@dataclass(frozen=True)
class Hours:
    """When a caller will be called; moments in Vietnamese time."""

    earliest: dt.datetime
    latest: dt.datetime


class NoNumber(Exception):
    """The caller's number is not known, so nobody can call back."""


async def begin(session: AsyncSession, call_id: uuid.UUID, caller: str | None) -> None:
    """Notes that a call was announced, with the caller's number where it is known."""
    sealed = database_of(session).vault.encrypt(caller) if caller else None
    session.add(Call(id=call_id, caller=sealed, transcript=[]))


async def change(session: AsyncSession, call_id: uuid.UUID, **values: object) -> None:
    """Sets columns of a call."""
    await session.execute(update(Call).where(Call.id == call_id).values(**values))


async def of_conversation(session: AsyncSession, conversation_id: uuid.UUID) -> Call | None:
    """The call that became a conversation, if one did."""
    return await session.scalar(select(Call).where(Call.conversation_id == conversation_id).limit(1))


async def caller_of(session: AsyncSession, call_id: uuid.UUID) -> str | None:
    """The number of a call; none when it was withheld."""
    call = await session.get_one(Call, call_id)
    return database_of(session).vault.decrypt(call.caller) if call.caller else None


def next_hours(calendar: Calendar, now: dt.datetime) -> Hours:
    """The next two office hours, from half an hour after ``now`` on."""
    earliest = calendar.next_opening(now + dt.timedelta(minutes=30))
    return Hours(earliest, calendar.add_working_time(earliest, _PERIOD))


async def promise(
    session: AsyncSession, call_id: uuid.UUID, reason: str, hours: Hours, telephone: str | None = None
) -> None:
    """Puts the caller on the call-back list; promised twice, the first promise stands.

    Raises ``NoNumber`` when neither ``telephone`` is given nor the call's own number known.
    """
    call = await session.get_one(Call, call_id)
    phone = database_of(session).vault.encrypt(telephone) if telephone else call.caller
    if phone is None:
        raise NoNumber
    known = select(CallBack.id).where(CallBack.call_id == call_id)
    if (await session.execute(known)).first() is None:
        session.add(CallBack(call_id=call_id, phone=phone, reason=reason, earliest=hours.earliest, latest=hours.latest))


async def forget_recordings(session: AsyncSession, before: dt.datetime) -> int:
    """Deletes the recordings of calls that began before ``before`` and are not held; returns how many."""
    wanted = select(Call).where(Call.recorded, Call.started_at < before, not_held(Call.conversation_id))
    old = (await session.execute(wanted)).scalars().all()
    for call in old:
        recording_path(database_of(session).settings, call.id).unlink(missing_ok=True)
        call.recorded = False
    return len(old)


async def erase(session: AsyncSession, call_ids: Sequence[uuid.UUID]) -> None:
    """Erases calls with their recordings, the messages left in them, and promises to call back."""
    for call_id in call_ids:
        recording_path(database_of(session).settings, call_id).unlink(missing_ok=True)
    await voice_mails.erase(session, call_ids)
    await session.execute(delete(CallBack).where(CallBack.call_id.in_(call_ids)))
    await session.execute(delete(Call).where(Call.id.in_(call_ids)))
