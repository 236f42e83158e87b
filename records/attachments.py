"""Files that citizens and staff send: checked by content, kept where nothing serves them."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import tempfile
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import malware
from records.database import Database, database_of
from records.inspection import FileRefused, Kind, content_type, kind_of, remove_metadata
from records.malware import ScannerDown as ScannerDown
from records.models import Attachment, Json

MAX_BYTES = 20 * 2**20
"""Largest attachment taken; also the most that Telegram's bot API lets a bot download."""

_TOO_LARGE = f"Tệp lớn hơn {MAX_BYTES // 2**20} MB nên chưa gửi được. Anh/chị gửi tệp nhỏ hơn giúp em."
_HARMFUL = "Tệp có mã độc nên em không nhận được. Anh/chị kiểm tra thiết bị, rồi gửi tệp khác giúp em."

AttachmentRefused = FileRefused
"""The file is empty, too large, harmful, or of a kind that is not taken; the message is for the citizen."""

_OF_MESSAGES = (
    select(Attachment)
    .where(Attachment.message_id == any_(bindparam("messages", type_=ARRAY(BigInteger))))
    .order_by(Attachment.created_at)
)


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
    """Notes an attachment before its content is there; a location is complete at once, a file too large refused.

    Sound will be stored encrypted, as calls are: a voice tells who speaks.
    """
    too_large = new.size is not None and new.size > MAX_BYTES
    attachment = Attachment(
        conversation_id=conversation_id,
        message_id=message_id,
        kind=new.kind,
        name=new.name[:200],
        content_type=new.content_type[:100],
        size=new.size,
        remote=new.remote,
        content_key=database_of(session).vault.encrypt(Fernet.generate_key().decode()) if new.kind == "audio" else None,
        state="stored" if new.kind == "location" else "refused" if too_large else "pending",
        reason=_TOO_LARGE if too_large else None,
    )
    session.add(attachment)
    await session.flush()
    return attachment


async def upload(
    session: AsyncSession,
    conversation_id: uuid.UUID | None,
    name: str,
    content: AsyncIterator[bytes],
    *,
    message_id: int | None = None,
    poll_id: int | None = None,
) -> Attachment:
    """Stores a file that comes with the request. Raises ``AttachmentRefused``; then nothing is kept."""
    attachment = Attachment(id=uuid.uuid4(), conversation_id=conversation_id, message_id=message_id, poll_id=poll_id)
    attachment.name = Path(name).name[:200]
    await fill(session, attachment, content)
    session.add(attachment)
    await session.flush()
    return attachment


async def fill(session: AsyncSession, attachment: Attachment, content: AsyncIterator[bytes]) -> None:
    """Stores the content of an attachment, checked and without what a camera wrote into it.

    Raises ``AttachmentRefused``, and ``ScannerDown`` when it should be tried again; then nothing is kept.
    """
    database = database_of(session)
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        file = Path(folder) / "content"
        await _receive(file, content)
        attachment.content_type = content_type(file)
        if database.settings.clamd and await malware.scan(database.settings.clamd, file) is not None:
            raise AttachmentRefused(_HARMFUL)
        await asyncio.to_thread(remove_metadata, file, attachment.content_type)
        attachment.sha256 = await asyncio.to_thread(_sha256, file)
        attachment.size = file.stat().st_size
        if attachment.content_key is not None:
            await asyncio.to_thread(_seal, file, _fernet(database, attachment.content_key))
        await database.files.put(_key(attachment), file)
    attachment.kind, attachment.state = kind_of(attachment.content_type), "stored"


async def _receive(file: Path, content: AsyncIterator[bytes]) -> None:
    size = 0
    with file.open("wb") as opened:
        async for block in content:
            size += len(block)
            if size > MAX_BYTES:
                raise AttachmentRefused(_TOO_LARGE)
            opened.write(block)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _seal(file: Path, fernet: Fernet) -> None:
    file.write_bytes(fernet.encrypt(file.read_bytes()))


def _fernet(database: Database, content_key: bytes) -> Fernet:
    return Fernet(database.vault.decrypt(content_key))


def read(session: AsyncSession, attachment: Attachment) -> AsyncGenerator[bytes]:
    """The stored content, block by block. Raises ``FileNotFoundError`` on the first one."""
    database = database_of(session)
    content = database.files.stream(_key(attachment))
    if attachment.content_key is None:
        return content
    return _opened(content, _fernet(database, attachment.content_key))


async def _opened(content: AsyncGenerator[bytes], fernet: Fernet) -> AsyncGenerator[bytes]:
    yield fernet.decrypt(b"".join([block async for block in content]))


async def remove_content(session: AsyncSession, attachment: Attachment) -> None:
    """Takes the stored content away for good; its row is the caller's."""
    await database_of(session).files.delete(_key(attachment))


def _key(attachment: Attachment) -> str:
    """Where the content lies: a name of ours, never the citizen's."""
    name = attachment.id.hex
    return f"{name[:2]}/{name}"


async def of_messages(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[Attachment]:
    """The attachments of messages, in the order in which they came."""
    return (await session.scalars(_OF_MESSAGES, {"messages": message_ids})).all()


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
