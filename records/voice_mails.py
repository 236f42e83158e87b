"""Messages that callers leave when no clerk is there: stored encrypted, written down later, erased in time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.base import Json
from records.database import database_of
from records.models_calls import Call, VoiceMail
from records.recordings import RATE, Recording, voice_mail_path

_FRAME = 4
"""Bytes of one sample of both sides."""


async def keep(session: AsyncSession, call_id: uuid.UUID, stereo: bytes) -> None:
    """Stores what was said after the tone, as samples of a recording; due so many office hours from now."""
    database = database_of(session)
    term = dt.timedelta(hours=database.settings.voice_mail_hours)
    due = database.calendar.add_working_time(dt.datetime.now(dt.UTC), term)
    call = await session.get_one(Call, call_id)
    recording = Recording(voice_mail_path(database.settings, call_id), database.vault)
    recording.add(stereo)
    recording.close()
    session.add(VoiceMail(call_id=call_id, phone=call.caller, seconds=len(stereo) / _FRAME / RATE, due_at=due))


async def next_unheard(session: AsyncSession) -> VoiceMail | None:
    """The oldest message that was not written down yet and that no other process works on."""
    wanted = select(VoiceMail).where(VoiceMail.transcript.is_(None)).order_by(VoiceMail.id).limit(1)
    return await session.scalar(wanted.with_for_update(skip_locked=True))


async def written(session: AsyncSession, voice_mail: VoiceMail, lines: list[Json]) -> None:
    """Notes what was understood; no lines when nothing was."""
    voice_mail.transcript = lines
    await session.flush()


async def erase(session: AsyncSession, call_ids: Sequence[uuid.UUID]) -> int:
    """Erases the messages left in these calls, and their sound; returns how many there were."""
    gone = delete(VoiceMail).where(VoiceMail.call_id.in_(call_ids)).returning(VoiceMail.call_id)
    erased = (await session.execute(gone)).scalars().all()
    for call_id in erased:
        voice_mail_path(database_of(session).settings, call_id).unlink(missing_ok=True)
    return len(erased)
