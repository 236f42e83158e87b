from __future__ import annotations

import asyncio
import re

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from motcua.cli import app
from records import audit
from records.database import Database


@pytest.fixture
async def environment(database: Database) -> dict[str, str]:
    async with database.session() as session:
        await audit.record(
            session, audit.Somebody("clerk", "7", "Lan"), "feedback.contact.read", "feedback:1", "gọi lại"
        )
    return {"MOTCUA_DATA": str(database.settings.data), "DATABASE_URL": "", "COLUMNS": "200"}


def run(environment: dict[str, str], *arguments: str, code: int = 0) -> str:
    done = CliRunner(env=environment).invoke(app, ["audit", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_a_whole_trail_is_shown_with_its_head(environment: dict[str, str]) -> None:
    told = run(environment, "verify")
    head = re.search(r"1 entries, unbroken. Head: ([0-9a-f]{64})", told)
    assert head, told
    run(environment, "verify", "--head", head[1])
    assert "known head is gone" in run(environment, "verify", "--head", "00", code=1)
    shown = run(environment, "show", "feedback:1")
    assert all(word in shown for word in ("Lan (clerk)", "feedback.contact.read", "gọi lại"))


async def test_a_broken_trail_is_an_error(environment: dict[str, str], database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE audit_entries SET reason = ''"))
    told = await asyncio.to_thread(run, environment, "verify", code=1)
    assert "Broken at link 1" in told
