from __future__ import annotations

import datetime as dt
from collections.abc import Generator

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from records.database import Database, create_databases, migrate
from records.models import Base
from records.settings import Settings
from tests.stack import ROOT

TODAY = "2024-08-23T08:00:00Z"


@pytest.fixture
def empty(record_settings: Settings) -> Generator[Settings]:
    """Settings of a database without tables."""
    name = "motcua_migrations"
    create_databases(record_settings, name)
    yield record_settings.model_copy(update={"database_url": record_settings.url(name)})
    with psycopg.connect(record_settings.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE motcua_migrations")


def test_the_tables_are_those_of_the_models(empty: Settings) -> None:
    migrate(empty)
    engine = create_engine(empty.url().replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        different = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert [one for one in different if "procrastinate" not in str(one)] == []


async def test_what_points_to_a_deleted_row_is_found_by_an_index(database: Database) -> None:
    """Agencies and members of staff are never deleted."""
    async with database.reading() as session:
        missing = await session.execute(
            text("""
                SELECT conname FROM pg_constraint WHERE contype = 'f'
                    AND connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'procrastinate%'
                    AND confrelid NOT IN ('agencies'::regclass, 'staff'::regclass)
                    AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])""")
        )
        assert missing.scalars().all() == []


def upgrade(settings: Settings, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "records" / "migrations"))
    config.attributes["url"] = settings.url().replace("postgresql://", "postgresql+psycopg://", 1)
    command.upgrade(config, revision)


def test_agencies_come_to_a_filled_database(empty: Settings) -> None:
    upgrade(empty, "0001")
    with psycopg.connect(empty.url()) as connection:
        connection.execute(
            "INSERT INTO dossiers (code, procedure_code, procedure_name, agency, state, submitted_on, missing, note,"
            " fee_for, demonstration) VALUES ('H99.14-240823-0001', '', '', '', 2, %s, '[]', '', '', false)",
            [TODAY],
        )
        for _ in range(2):
            connection.execute(
                "INSERT INTO dossier_events (dossier_code, state, at, note) VALUES ('H99.14-240823-0001', 2, %s, 'x')",
                [TODAY],
            )
    migrate(empty)
    with psycopg.connect(empty.url()) as connection:
        kept = connection.execute("SELECT state, note, agency_id, details FROM dossier_events").fetchall()
    assert kept == [(2, "x", None, {})] * 2


def test_the_life_of_feedback_comes_to_a_filled_database(empty: Settings) -> None:
    upgrade(empty, "0002")
    with psycopg.connect(empty.url()) as connection:
        cases = [("PA-0000-0001", "answered", ["received", "accepted", "answered"]), ("PA-0000-0002", "received", [])]
        for code, state, history in cases:
            case = connection.execute(
                'INSERT INTO feedback (tracking_code, kind, what, "where", "when", state, due_on, demonstration)'
                " VALUES (%s, 'report', 'Đèn hỏng', '', '', %s, '2026-11-25', false) RETURNING id",
                [code, state],
            ).fetchone()
            for reached in history:
                connection.execute(
                    "INSERT INTO feedback_events (feedback_id, state, public_note) VALUES (%s, %s, %s)",
                    [*(case or ()), reached, f"note {reached}"],
                )
    migrate(empty)
    with psycopg.connect(empty.url()) as connection:
        kept = connection.execute(
            "SELECT due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', answer, answered_at IS NULL, source, version FROM feedback"
            " ORDER BY id"
        ).fetchall()
        steps = connection.execute("SELECT step, actor_kind FROM feedback_events ORDER BY id").fetchall()
    due = dt.datetime(2026, 11, 25, 17)  # noqa: DTZ001
    assert kept == [(due, "note answered", False, "api", 1), (due, "", True, "api", 1)]
    assert steps == [("receive", "system"), ("accept", "system"), ("answer", "system")]
