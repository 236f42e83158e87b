"""Recordings of the call centre: kept once, found by what was said in them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import RecordedCall, RecordedLine
from records.staff.inbox import holds_words


async def known(session: AsyncSession, digest: str) -> bool:
    """Whether a recording was taken before."""
    return await session.get(RecordedCall, digest) is not None


async def keep(session: AsyncSession, call: RecordedCall, lines: Sequence[RecordedLine]) -> None:
    """Stores a recording with its lines."""
    session.add(call)
    await session.flush()
    session.add_all(lines)


async def search(session: AsyncSession, query: str, limit: int) -> list[tuple[RecordedCall, RecordedLine]]:
    """Lines in which every word of ``query`` occurs, of the newest recordings first.

    Words with accents find themselves, words without find both.
    """
    wanted = (
        select(RecordedCall, RecordedLine)
        .join(RecordedLine, RecordedLine.digest == RecordedCall.digest)
        .where(holds_words("recorded_lines.text", query))
        .order_by(RecordedCall.recorded_at.desc(), RecordedLine.start)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in (await session.execute(wanted)).all()]


async def newest(session: AsyncSession, limit: int) -> Sequence[RecordedCall]:
    """The recordings that were made last."""
    wanted = select(RecordedCall).order_by(RecordedCall.recorded_at.desc()).limit(limit)
    return (await session.execute(wanted)).scalars().all()
