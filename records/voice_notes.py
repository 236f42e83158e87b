"""Voice notes: sound that a citizen sends instead of typing, heard before it is answered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Attachment, Message
from records.queue import defer

HEAR = "voice_note.hear"
_FILES = "feedback_attachments"
"""The form's question that a file answers, sound included: the noise next door is evidence, not a question."""


async def defer_hearing(session: AsyncSession, attachment_id: uuid.UUID, after: dt.timedelta | None = None) -> None:
    """Queues the hearing of a voice note; of all notes, one is heard at a time."""
    await defer(session, HEAR, "voice notes", after, attachment_id=str(attachment_id))


async def note_of(session: AsyncSession, message: Message, files: Sequence[Attachment]) -> Attachment | None:
    """The voice note that a message without words consists of; none where a form had asked for files."""
    note = next((file for file in files if file.content_key is not None), None)
    if note is None or message.text or message.payload:
        return None
    before = (
        select(Message.understanding["expects"].astext)
        .where(Message.conversation_id == message.conversation_id, Message.id < message.id)
        .where(Message.understanding.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
    )
    return None if await session.scalar(before) == _FILES else note


def on_its_way(note: Attachment) -> bool:
    """Whether it is still to be fetched or heard."""
    return note.state == "pending" or (note.transcript is None and note.reason is None)


async def unheard(session: AsyncSession, older_than: dt.timedelta, limit: int = 500) -> Sequence[uuid.UUID]:
    """Voice notes that are there and nobody has heard for too long."""
    due = func.coalesce(Attachment.next_attempt_at, Attachment.created_at)
    wanted = select(Attachment.id).where(
        Attachment.content_key.is_not(None),
        Attachment.state == "stored",
        Attachment.transcript.is_(None),
        Attachment.reason.is_(None),
        due < dt.datetime.now(dt.UTC) - older_than,
    )
    return (await session.execute(wanted.limit(limit))).scalars().all()
