"""Files that citizens send: checked by content, kept in a folder that nothing serves."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import filetype
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.models import Attachment, Json

MAX_BYTES = 20 * 2**20
"""Largest attachment taken; also the most that Telegram's bot API lets a bot download."""

_ALLOWED = ("image/", "audio/", "video/")
_ALLOWED_FILES = {
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_TOO_LARGE = f"Tệp lớn hơn {MAX_BYTES // 2**20} MB nên chưa gửi được. Anh/chị gửi tệp nhỏ hơn giúp em."
_EMPTY = "Tệp không có nội dung. Anh/chị kiểm tra và gửi lại giúp em."
_WRONG_KIND = "Em chỉ nhận ảnh, âm thanh, video, PDF, Word hoặc Excel. Anh/chị đổi sang một loại tệp đó giúp em."

Kind = Literal["image", "audio", "video", "file", "location"]


class AttachmentRefused(ValueError):
    """The file is empty, too large, or of a kind that is not taken; the message is for the citizen."""


@dataclass(frozen=True)
class NewAttachment:
    """A file that still lies with its channel (``remote``), or a location."""

    kind: Kind
    remote: Json
    name: str = ""
    content_type: str = ""
    size: int | None = None


async def announce(
    session: AsyncSession, conversation_id: uuid.UUID, message_id: int, new: NewAttachment
) -> Attachment:
    """Notes an attachment before its content is there; a location is complete at once, a file too large refused."""
    too_large = new.size is not None and new.size > MAX_BYTES
    attachment = Attachment(
        conversation_id=conversation_id,
        message_id=message_id,
        kind=new.kind,
        name=new.name[:200],
        content_type=new.content_type[:100],
        size=new.size,
        remote=new.remote,
        state="stored" if new.kind == "location" else "refused" if too_large else "pending",
        reason=_TOO_LARGE if too_large else None,
    )
    session.add(attachment)
    await session.flush()
    return attachment


async def upload(
    session: AsyncSession, conversation_id: uuid.UUID, name: str, content: AsyncIterator[bytes]
) -> Attachment:
    """Stores a file that comes with the request. Raises ``AttachmentRefused``; then nothing is kept."""
    attachment = Attachment(id=uuid.uuid4(), conversation_id=conversation_id, kind="file", name=Path(name).name[:200])
    await fill(session, attachment, content)
    session.add(attachment)
    await session.flush()
    return attachment


async def fill(session: AsyncSession, attachment: Attachment, content: AsyncIterator[bytes]) -> None:
    """Stores the content of an attachment. Raises ``AttachmentRefused``; then nothing is kept on disk."""
    path = path_of(session, attachment)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("wb") as file:
            async for block in content:
                size += len(block)
                if size > MAX_BYTES:
                    raise AttachmentRefused(
                        f"Tệp lớn hơn {MAX_BYTES // 2**20} MB nên chưa gửi được. Anh/chị gửi tệp nhỏ hơn giúp em."
                    )
                digest.update(block)
                file.write(block)
        attachment.content_type = _content_type(partial, size)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    attachment.kind = _kind(attachment.content_type)
    attachment.size, attachment.sha256, attachment.state = size, digest.hexdigest(), "stored"


def path_of(session: AsyncSession, attachment: Attachment) -> Path:
    """Where the content lies: a name of ours, never the citizen's."""
    name = attachment.id.hex
    return database_of(session).settings.attachments / name[:2] / name


async def of_messages(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[Attachment]:
    """The attachments of messages, in the order in which they came."""
    wanted = select(Attachment).where(Attachment.message_id.in_(message_ids)).order_by(Attachment.created_at)
    return (await session.execute(wanted)).scalars().all()


async def claim(session: AsyncSession, conversation_id: uuid.UUID, message_id: int, ids: Sequence[uuid.UUID]) -> None:
    """Joins uploaded files to the message they were sent with; files of others are left alone."""
    wanted = select(Attachment).where(
        Attachment.id.in_(ids), Attachment.conversation_id == conversation_id, Attachment.message_id.is_(None)
    )
    for attachment in (await session.execute(wanted)).scalars():
        attachment.message_id = message_id


async def waiting(session: AsyncSession, older_than: dt.timedelta, limit: int = 500) -> Sequence[uuid.UUID]:
    """Attachments whose content has not come for too long."""
    due = func.coalesce(Attachment.next_attempt_at, Attachment.created_at)
    before = dt.datetime.now(dt.UTC) - older_than
    wanted = select(Attachment.id).where(Attachment.state == "pending", due < before).limit(limit)
    return (await session.execute(wanted)).scalars().all()


def _content_type(path: Path, size: int) -> str:
    if size == 0:
        raise AttachmentRefused(_EMPTY)
    content_type = str(filetype.guess_mime(str(path)) or "")
    if content_type.startswith(_ALLOWED) or content_type in _ALLOWED_FILES:
        return content_type
    raise AttachmentRefused(
        "Em chỉ nhận ảnh, âm thanh, video, PDF, Word hoặc Excel. Anh/chị đổi sang một loại tệp đó giúp em."
    )


def _kind(content_type: str) -> Kind:
    family = content_type.partition("/")[0]
    return family if family in {"image", "audio", "video"} else "file"  # pyright: ignore[reportReturnType]
