"""Invented dossiers and cases by the million: dossier number ``n`` is the same in every run."""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from typing import LiteralString

import psycopg

from records.second_factor import digits_digest
from records.vault import Vault

_UNITS, _A_DAY = 80, 300
_FIRST_DAY = dt.date(2024, 1, 1)
_DAYS = [_FIRST_DAY + dt.timedelta(days=day) for day in range(1000)]
DOSSIERS_PER_CASE = 14


def code(number: int) -> str:
    """The code of a dossier: 80 units, each with 300 dossiers a day."""
    of_unit, unit = divmod(number, _UNITS)
    day, serial = divmod(of_unit, _A_DAY)
    return f"H99.{10 + unit}-{_DAYS[day]:%y%m%d}-{serial:05}"


def digits(number: int) -> str:
    """The last four digits of the phone number on file."""
    return f"{number % 10_000:04}"


def fill(connection: psycopg.Connection, vault: Vault, wanted: int) -> None:
    """Brings the tables to ``wanted`` dossiers with two events each, and to a fourteenth as many cases."""
    connection.execute("SET session_replication_role = replica")  # foreign keys are right as they are
    connection.execute("SET synchronous_commit = off")
    there = _count(connection, "SELECT count(*) FROM dossiers WHERE NOT demonstration")
    for start in range(there, wanted, 500_000):
        _dossiers(connection, vault, start, min(start + 500_000, wanted))
        connection.commit()
        print(f"{min(start + 500_000, wanted):,} of {wanted:,} dossiers", file=sys.stderr)
    cases = _count(connection, "SELECT count(*) FROM feedback WHERE NOT demonstration")
    connection.execute(_CASES, {"first": cases, "last": wanted // DOSSIERS_PER_CASE - 1})
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM (ANALYZE) dossiers, dossier_events, feedback, verifications")
    connection.execute("CHECKPOINT")


def _dossiers(connection: psycopg.Connection, vault: Vault, start: int, end: int) -> None:
    columns = "code, procedure_code, procedure_name, agency, state, submitted_on, promised_on, missing, note, fee_for"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY dossiers ({columns}, phone_digits, demonstration) FROM STDIN") as copy:
            for some in itertools.batched(range(start, end), 1000):
                copy.write("".join(_line(vault, number) for number in some))
        cursor.execute(_EVENTS, {"codes": [code(number) for number in range(start, end)]})


def _line(vault: Vault, number: int) -> str:
    own, day = code(number), _DAYS[number // _UNITS // _A_DAY]
    digest = digits_digest(vault, own, digits(number)) or b""
    return (
        f"{own}\t1.001193\tĐăng ký khai sinh\tỦy ban nhân dân xã Mẫu {number % _UNITS}\t4\t{day}"
        f"\t{day + dt.timedelta(days=5)}\t[]\t\t\t\\\\x{digest.hex()}\tf\n"
    )


def _count(connection: psycopg.Connection, query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    assert row
    return row[0]


_EVENTS = """
    INSERT INTO dossier_events (dossier_code, state, at, note, details)
    SELECT code, way.state, submitted_on + time '08:00' + way.state * interval '1 hour', '', '{}'
    FROM unnest(%(codes)s::text[]) AS new (code) JOIN dossiers USING (code), (VALUES (1), (4)) AS way (state)"""

_CASES = """
    INSERT INTO feedback (tracking_code, kind, what, "where", "when", state, due_at, demonstration)
    SELECT 'PA-' || overlay(upper(lpad(to_hex(n), 8, '0')) PLACING '-' FROM 5 FOR 0), 'report',
        'Đèn đường số ' || n || ' hỏng, buổi tối đi lại rất khó', 'ngõ ' || n %% 500 || ', xã Mẫu', 'tuần này',
        'received', timestamptz '2024-01-01' + n * interval '1 minute', false
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n"""
