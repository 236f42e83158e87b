"""Uploads that can be resumed: how many lines of each are durable, kept in the transaction that writes the lines."""

from __future__ import annotations

import dataclasses

from sqlalchemy import delete, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import DossierUpload
from records.synchronisation import Tally

KEPT_DAYS = 7
"""How long an upload can be resumed after its last line."""


class Overtaken(Exception):
    """Another request wrote lines of the same upload in the meantime."""


async def find(session: AsyncSession, agency_id: int, upload_id: str) -> Tally | None:
    """What became of the lines of an upload so far; none when no line of it is durable."""
    upload = await session.get(DossierUpload, (agency_id, upload_id))
    if upload is None:
        return None
    return Tally(upload.lines, upload.taken, upload.repeated, upload.late, upload.rejected, upload.errors)


async def save(session: AsyncSession, agency_id: int, upload_id: str, before: int, tally: Tally) -> None:
    """Notes where an upload stands that had ``before`` lines. Raises ``Overtaken`` when it has others by now."""
    values = dataclasses.asdict(tally) | {"updated_at": func.now()}
    new = insert(DossierUpload).values(agency_id=agency_id, id=upload_id, **values)
    saved = await session.execute(
        new.on_conflict_do_update(
            index_elements=["agency_id", "id"], set_=values, where=DossierUpload.lines == before
        ).returning(DossierUpload.lines)
    )
    if saved.first() is None:
        raise Overtaken


async def forget_old(session: AsyncSession) -> None:
    """Deletes what can no longer be resumed."""
    age = func.now() - DossierUpload.updated_at
    await session.execute(delete(DossierUpload).where(age > text(f"interval '{KEPT_DAYS} days'")))
