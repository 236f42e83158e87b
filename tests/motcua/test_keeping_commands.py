from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from motcua.cli import app
from records import audit, conversations
from records.conversations import NewMessage
from records.database import Database
from records.feedback import steps
from records.feedback.filing import NewFeedback, file_feedback
from records.feedback.life import Actor, Role
from records.models import Feedback, Message
from records.settings import Settings
from records.vault import Vault


@pytest.fixture
async def code(database: Database) -> str:
    """The tracking code of a case with a contact."""
    async with database.session() as session:
        return (await file_feedback(session, NewFeedback("report", "hỏng đèn", contact="0900000099"))).tracking_code


async def run(settings: Settings, *arguments: str, code: int = 0, keys: str = "") -> str:
    environment = {"MOTCUA_DATA": str(settings.data), "DATABASE_URL": "", "COLUMNS": "200", "MOTCUA_SECRET_KEYS": keys}
    done = await asyncio.to_thread(CliRunner(env=environment).invoke, app, arguments)
    assert done.exit_code == code, done.output
    return done.output


async def test_a_key_is_changed_and_the_old_one_may_go(database: Database, code: str) -> None:
    settings = database.settings
    (old,) = settings.keys
    both = f"{'n' * 40},{old}"
    assert "1 values moved" in await run(settings, "keys", "rotate", keys=both)
    table = (await run(settings, "keys", "status", keys=both)).splitlines()
    new, before = ([cell.strip() for cell in line.split("│")[1:4]] for line in table[3:5])
    assert new == [Vault(["n" * 40]).newest.hex(), "1", "1"]
    assert before == [database.vault.newest.hex(), "0", "0"]
    async with database.session() as session:
        (entry,) = await audit.entries_of(session, "installation")
    assert (entry.action, entry.details["moved"]) == ("keys.rotate", 1)


async def test_a_new_key_is_put_in_front_of_the_local_ones(database: Database, tmp_path: Path) -> None:
    settings = database.settings.model_copy(update={"data": tmp_path})
    (tmp_path / "secret.key").write_text("o" * 40)
    assert "Restart" in await run(settings, "keys", "add")
    new, old = (tmp_path / "secret.key").read_text().split(",")
    assert (len(new) >= 40, old) == (True, "o" * 40)
    assert "MOTCUA_SECRET_KEYS" in await run(settings, "keys", "add", keys="o" * 40)


async def test_a_hold_is_placed_listed_and_lifted(database: Database, code: str) -> None:
    settings = database.settings
    await run(settings, "retention", "hold", code, "--reason", "thanh tra")
    assert code in await run(settings, "retention", "holds")
    assert "held already" in await run(settings, "retention", "hold", code, "--reason", "thanh tra", code=1)
    await run(settings, "retention", "lift", code, "--reason", "xong")
    assert code not in await run(settings, "retention", "holds")
    assert "no case" in await run(settings, "retention", "hold", "PA-0000-0000", "--reason", "x", code=1)


async def test_what_the_next_night_ends_can_be_seen_before(database: Database) -> None:
    shown = await run(database.settings, "retention", "preview")
    assert all(kind in shown for kind in ("conversations", "feedback_contacts", "verifications"))


async def test_a_case_from_another_program_is_given_out_and_loses_its_contact(
    database: Database, code: str, tmp_path: Path
) -> None:
    settings, file = database.settings, tmp_path / "own.json"
    await run(settings, "data", "export", code, str(file), "--reason", "đến trụ sở đề nghị")
    assert [row["contact"] for row in json.loads(file.read_text())["feedback"]] == ["0900000099"]
    assert file.stat().st_mode & 0o077 == 0
    assert "is open" in await run(settings, "data", "erase", code, "--reason", "đề nghị", code=1)
    async with database.session() as session:
        await steps.decline(session, code, Actor(Role.CLERK, "an", "An"), reason="trùng")
    await run(settings, "retention", "hold", code, "--reason", "thanh tra")
    assert "legal hold" in await run(settings, "data", "erase", code, "--reason", "đề nghị", code=1)
    await run(settings, "retention", "lift", code, "--reason", "xong")
    assert code in await run(settings, "data", "erase", code, "--reason", "đề nghị")
    async with database.session() as session:
        entries = await audit.entries_of(session, f"feedback:{code}")
        case = (await session.execute(select(Feedback))).scalar_one()
    assert (case.contact, case.contact_hash) == (None, None)
    assert [entry.action for entry in entries if entry.actor_kind == "operator"] == [
        "privacy.erase", "hold.lift", "hold.place", "privacy.export",
    ]  # fmt: skip


async def test_a_conversation_is_given_out_and_erased_for_who_asks_in_person(
    database: Database, bot_memory: str, tmp_path: Path
) -> None:
    settings, file = database.settings, tmp_path / "own.json"
    async with database.session() as session:
        conversation, _ = await conversations.start_web(session, channel="voice")
        await conversations.take(session, conversation.id, NewMessage("xin chào"))
    await run(settings, "data", "export", str(conversation.id), str(file), "--reason", "gọi tổng đài đề nghị")
    assert [row["text"] for row in json.loads(file.read_text())["messages"]] == ["xin chào"]
    await run(settings, "data", "erase", str(conversation.id), "--reason", "gọi tổng đài đề nghị")
    await run(settings, "data", "export", str(uuid.uuid4()), str(file), "--reason", "x", code=1)
    async with database.session() as session:
        assert (await session.execute(select(Message))).all() == []
