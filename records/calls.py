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

CALLERS = "voice"
"""The channel of those who cannot be written to."""
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
    call = await session.get_one(Call, call_id, with_for_update=True)
    phone = database_of(session).vault.encrypt(telephone) if telephone else call.caller
    if phone is None:
        raise NoNumber
    known = select(CallBack.id).where(CallBack.call_id == call_id)
    if (await session.execute(known)).first() is None:
        session.add(CallBack(call_id=call_id, phone=phone, reason=reason, earliest=hours.earliest, latest=hours.latest))


async def call_about(
    session: AsyncSession, conversation_id: uuid.UUID, subject: str, news: str, telephone: str | None = None
) -> bool:
    """Puts whoever called in a conversation on the call-back list, to be told ``news`` of ``subject``.

    As long as nobody took it over it is one call for all subjects, with the latest news of each. Returns false where
    neither ``telephone`` is given nor the number of the call known.
    """
    wanted = select(Call).where(Call.conversation_id == conversation_id).limit(1)
    call = await session.scalar(wanted.with_for_update())
    if call is None or not (telephone or call.caller):
        return False
    calendar, vault = database_of(session).calendar, database_of(session).vault
    number = telephone or vault.decrypt(call.caller or b"")
    line = f"{subject}: {' '.join(news.split())}"
    for waiting in await _not_taken(session, call.id):
        if vault.decrypt(waiting.phone) == number:
            waiting.reason = "\n".join([*_without(waiting, subject), line])
            return True
    hours, phone = next_hours(calendar, dt.datetime.now(dt.UTC)), vault.encrypt(number)
    session.add(CallBack(call_id=call.id, phone=phone, reason=line, earliest=hours.earliest, latest=hours.latest))
    return True


async def nothing_about(session: AsyncSession, conversation_id: uuid.UUID, subject: str) -> None:
    """Takes back what nobody has begun to tell of ``subject``."""
    call = await of_conversation(session, conversation_id)
    for call_back in await _not_taken(session, call.id) if call else ():
        if left := _without(call_back, subject):
            call_back.reason = "\n".join(left)
        else:
            await session.delete(call_back)


async def _not_taken(session: AsyncSession, call_id: uuid.UUID) -> Sequence[CallBack]:
    free = CallBack.call_id == call_id, CallBack.done_at.is_(None), CallBack.staff_id.is_(None)
    return (await session.scalars(select(CallBack).where(*free).order_by(CallBack.id).with_for_update())).all()


def _without(call_back: CallBack, subject: str) -> list[str]:
    return [line for line in call_back.reason.splitlines() if not line.startswith(f"{subject}: ")]


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
