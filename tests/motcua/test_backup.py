from __future__ import annotations

import asyncio
import shutil
import tarfile
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select, text

from motcua.backup import BackupError, back_up, restore
from records import attachments, audit, conversations
from records.attachments import NewAttachment
from records.conversations import NewMessage
from records.database import Database
from records.feedback.filing import NewFeedback, file_feedback
from records.models import Attachment
from records.settings import Settings

PHONE = "0900000099"
NAMES = ("motcua_restored", "motcua_restored_bot")


async def content() -> AsyncIterator[bytes]:
    yield b"%PDF-1.4\n%%EOF\n"


async def sound() -> AsyncIterator[bytes]:
    yield b"OggS" + bytes(200)


@pytest.fixture(autouse=True)
def _no_databases_left(record_settings: Settings) -> Generator[None]:
    yield
    with psycopg.connect(record_settings.url("postgres"), autocommit=True) as connection:
        for name in NAMES:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def target(record_settings: Settings, tmp_path: Path) -> Settings:
    """An empty installation on the same server, with the same keys."""
    return record_settings.model_copy(
        update={"data": tmp_path, "database_url": record_settings.url("motcua_restored"),
                "bot_database_url": record_settings.url("motcua_restored_bot")}
    )  # fmt: skip


@pytest.fixture
async def backup(database: Database, bot_memory: str, tmp_path: Path) -> Path:
    """A backup of a small installation that is in use."""
    settings = database.settings
    with psycopg.connect(bot_memory) as connection:
        connection.execute("INSERT INTO events VALUES ('a')")
    async with database.session() as session:
        conversation, _ = await conversations.start_web(session)
        await attachments.upload(session, conversation.id, "a.pdf", content())
        message, _ = await conversations.take(session, conversation.id, NewMessage("", channel_message_id="m1"))
        note = await attachments.announce(session, conversation.id, message.id, NewAttachment("audio", {}))
        await attachments.fill(session, note, sound())
        await file_feedback(session, NewFeedback("report", "hỏng đèn", contact=PHONE))
        for number in range(3):
            await audit.record(session, audit.SYSTEM, "test", f"feedback:{number}")
    file = tmp_path / "backup.tar"
    await asyncio.to_thread(back_up, settings, bot_memory, file)
    return file


async def test_a_restored_installation_is_the_same(backup: Path, target: Settings, database: Database) -> None:
    manifest = await asyncio.to_thread(restore, target, target.bot_url, backup)
    assert (manifest.rows["feedback"], manifest.rows["attachments"], manifest.rows["audit_links"]) == (1, 2, 3)
    restored = Database.open(target)
    async with restored.session() as session:
        assert isinstance(await audit.verify(session, manifest.audit_head), audit.Verified)
        contact = await session.scalar(text("SELECT contact FROM feedback"))
        note = (await session.execute(select(Attachment).where(Attachment.content_key.is_not(None)))).scalar_one()
        assert b"".join([block async for block in attachments.read(session, note)]).startswith(b"OggS")
    await restored.close()
    assert database.vault.decrypt(contact) == PHONE
    with psycopg.connect(target.bot_url) as connection:
        assert connection.execute("SELECT sender_id FROM events").fetchall() == [("a",)]


async def test_only_an_empty_installation_takes_it(backup: Path, target: Settings) -> None:
    await asyncio.to_thread(restore, target, target.bot_url, backup)
    with pytest.raises(BackupError, match="not empty"):
        await asyncio.to_thread(restore, target, target.bot_url, backup)


def test_it_holds_no_key_and_no_readable_contact(backup: Path, database: Database, tmp_path: Path) -> None:
    with tarfile.open(backup) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert PHONE.encode() not in everything
    assert all(key.encode() not in everything for key in database.settings.keys)
    assert backup.stat().st_mode & 0o077 == 0


async def test_a_changed_attachment_is_found(backup: Path, target: Settings, tmp_path: Path) -> None:
    with tarfile.open(backup) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    for stored in (tmp_path / "out" / "attachments").rglob("*"):
        if stored.is_file():
            stored.write_bytes(b"something else")
    changed = tmp_path / "changed.tar"
    with tarfile.open(changed, "w") as archive:
        archive.add(tmp_path / "out", ".")
    with pytest.raises(BackupError, match="attachment"):
        await asyncio.to_thread(restore, target, target.bot_url, changed)


async def test_files_of_an_s3_store_are_not_looked_for_in_the_folder(backup: Path, target: Settings) -> None:
    with tarfile.open(backup) as archive:
        archive.extractall(target.data / "out", filter="data")
    shutil.rmtree(target.data / "out" / "attachments")
    without = target.data / "without.tar"
    with tarfile.open(without, "w") as archive:
        archive.add(target.data / "out", ".")
    elsewhere = target.model_copy(update={"files": "s3://bucket/files"})
    manifest = await asyncio.to_thread(restore, elsewhere, elsewhere.bot_url, without)
    assert manifest.rows["attachments"] == 2
