"""Who is looking at what now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Presence, StaffMember

RENEW_EVERY = dt.timedelta(seconds=15)
_COUNTS_FOR = RENEW_EVERY * 2.5


async def look(session: AsyncSession, staff_id: int, subject: str) -> None:
    """Notes that somebody has ``subject`` open; the first time tells the others (a trigger does)."""
    seen = insert(Presence).values(staff_id=staff_id, subject=subject)
    await session.execute(
        seen.on_conflict_do_update(index_elements=["staff_id", "subject"], set_={"seen_at": func.now()})
    )


async def leave(session: AsyncSession, staff_id: int, subject: str) -> None:
    """Notes that somebody closed ``subject``, and tells the others."""
    await session.execute(delete(Presence).where(Presence.staff_id == staff_id, Presence.subject == subject))


async def watchers(session: AsyncSession, subjects: Sequence[str], but: int) -> dict[str, list[str]]:
    """The names of those who have each of ``subjects`` open, without the one whose id is ``but``."""
    wanted = (
        select(Presence.subject, StaffMember.name)
        .join(StaffMember, StaffMember.id == Presence.staff_id)
        .where(Presence.subject.in_(subjects), Presence.staff_id != but, Presence.seen_at > func.now() - _COUNTS_FOR)
        .order_by(StaffMember.name)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for subject, name in (await session.execute(wanted)).all():
        found[subject].append(name)
    return found
