"""Call-backs for callers to whom nobody could talk: one for each number, however often it calls."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import calls
from records.calendar import TIME_ZONE
from records.calls import Hours, NoNumber
from records.database import database_of
from records.feedback.contacts import canonical_contact
from records.models import CallBack


async def promise_once(session: AsyncSession, call_id: uuid.UUID, reason: str, hours: Hours) -> Hours:
    """Puts the caller on the call-back list unless the number is on it; returns the hours that hold.

    Raises ``NoNumber`` when the call's number was withheld.
    """
    caller = await calls.caller_of(session, call_id)
    if caller is None:
        raise NoNumber
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("motcua call-backs"))))
    promised = await _promised(session, caller)
    if promised is None:
        await calls.promise(session, call_id, reason, hours)
    return promised or hours


async def _promised(session: AsyncSession, caller: str) -> Hours | None:
    """The first hours in which a number is to be called. The list is short: its numbers are decrypted one by one."""
    number, vault = canonical_contact(caller), database_of(session).vault
    wanted = select(CallBack).where(CallBack.done_at.is_(None)).order_by(CallBack.latest)
    for waiting in await session.scalars(wanted):
        if canonical_contact(vault.decrypt(waiting.phone)) == number:
            return Hours(waiting.earliest.astimezone(TIME_ZONE), waiting.latest.astimezone(TIME_ZONE))
    return None
