from __future__ import annotations

import asyncio

import pytest
from typer.testing import CliRunner

from motcua.cli import app
from records import audit
from records.database import Database
from records.staff import accounts


@pytest.fixture
def environment(database: Database) -> dict[str, str]:
    return {"MOTCUA_DATA": str(database.settings.data), "DATABASE_URL": "", "COLUMNS": "200"}


def run(environment: dict[str, str], *arguments: str, code: int = 0) -> str:
    done = CliRunner(env=environment).invoke(app, ["staff", *arguments])
    assert done.exit_code == code, done.output
    return done.output


async def test_an_account_is_added_and_helped_and_both_stand_on_the_audit_trail(
    environment: dict[str, str], database: Database
) -> None:
    first = await asyncio.to_thread(run, environment, "add", "An.Nguyen", "Nguyễn An", "--role", "administrator")
    second = await asyncio.to_thread(run, environment, "reset", "an.nguyen")
    assert first != second
    async with database.session() as session:
        assert await accounts.check_password(session, "an.nguyen", second.split()[-1])
        entries = await audit.entries_of(session, "staff:an.nguyen")
    assert [(entry.actor_kind, entry.action) for entry in entries] == [
        ("operator", "staff.reset"),
        ("operator", "staff.add"),
    ]
    assert entries[1].details["roles"] == ["administrator"]


def test_what_is_refused_is_told(environment: dict[str, str]) -> None:
    assert "There is no account 'binh'" in run(environment, "reset", "binh", code=1)
    assert "Không có cơ quan" in run(environment, "add", "binh", "Bình", "--role", "agent", "--agency", "Sở X", code=1)
