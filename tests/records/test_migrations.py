from __future__ import annotations

from collections.abc import Generator

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from records.database import create_databases, migrate
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


def test_agencies_come_to_a_filled_database(empty: Settings) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "records" / "migrations"))
    config.attributes["url"] = empty.url().replace("postgresql://", "postgresql+psycopg://", 1)
    command.upgrade(config, "0001")
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
