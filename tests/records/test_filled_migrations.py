"""Every migration on a database in which every table holds rows, with nothing optional and with all of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Generator
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql

from records.database import create_databases
from records.settings import Settings
from tests.stack import ROOT

NAME = "motcua_filled"
BY_TRIGGER = {"audit_links"}
CHOSEN: dict[str, str] = {"sender": "citizen", "state": "open", "kind": "report"}
"""Values of columns that take only some."""
MOMENT = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def empty(record_settings: Settings) -> Generator[Settings]:
    """Settings of a database without tables."""
    create_databases(record_settings, NAME)
    yield record_settings.model_copy(update={"database_url": record_settings.url(NAME)})
    with psycopg.connect(record_settings.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def value(column: Column[Any], number: int) -> Any:
    """A value that a column takes; that of the row with the same number where it refers to one."""
    match column.type:
        case postgresql.UUID():
            return uuid.UUID(int=number)
        case postgresql.JSONB():
            return []
        case postgresql.BYTEA():
            return bytes([number]) * 36
        case postgresql.TIMESTAMP():
            return MOMENT + dt.timedelta(days=number)
        case postgresql.DATE():
            return MOMENT.date() + dt.timedelta(days=number)
        case postgresql.BOOLEAN():
            return False
        case postgresql.TEXT() | postgresql.VARCHAR():
            return CHOSEN.get(column.name, f"x{number}")
        case _:
            return number


def fill(connection: Connection, table: Table) -> None:
    """Two rows: one with only what is needed, one with everything."""
    if table.name == "feedback_links":
        # They join two cases, the older one first.
        connection.execute(insert(table).values(first_id=1, second_id=2, kind="duplicate", at=MOMENT))
        return
    for number, full in ((1, False), (2, True)):
        wanted = (one for one in table.columns if one.computed is None and (full or not one.nullable))
        row = {one.name: value(one, number) for one in wanted}
        connection.execute(insert(table).values(row))


def read(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """All rows, in the order of their keys."""
    return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


def changed(connection: Connection, table: Table, before: list[dict[str, Any]]) -> list[str]:
    """Columns that hold something else than ``before``; rows that are gone are all columns."""
    now = read(connection, table)
    if len(now) != len(before):
        return list(table.columns.keys())
    pairs = zip(before, now, strict=True)
    return [name for old, new in pairs for name in old if name in new and old[name] not in (None, new[name])]


def test_no_migration_loses_a_row(empty: Settings) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "records" / "migrations"))
    url = empty.url().replace("postgresql://", "postgresql+psycopg://", 1)
    config.attributes["url"] = url
    engine = create_engine(url)
    rows: dict[str, list[dict[str, Any]]] = {}
    for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        command.upgrade(config, script.revision)
        known = MetaData()
        known.reflect(engine)
        ours = [one for one in known.sorted_tables if "procrastinate" not in one.name and one.name != "alembic_version"]
        with engine.begin() as connection:
            for table in ours:
                if table.name in rows:
                    assert changed(connection, table, rows[table.name]) == [], f"{table.name}, after {script.revision}"
                elif table.name not in BY_TRIGGER:
                    fill(connection, table)
        with engine.begin() as connection:  # after the triggers at the end of the transaction
            rows = {table.name: read(connection, table) for table in ours}
    engine.dispose()
    assert len(rows) > 20
