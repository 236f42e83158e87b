"""Taking in the states that agencies report, many at a time, so that order and repetition make no difference.

A dossier is what its history says: its state, note, missing papers and fee are those of the newest event, and whatever
else it holds is what the newest event that speaks of it says. Events are ordered by time, then state, then agency.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from records import agencies, dossier_notices
from records.models import Agency
from records.state_reports import StateReport, read_report
from records.vault import Vault

MOST_ERRORS = 1000
"""Rejected lines that are described; further ones are only counted."""

type FieldOf = Callable[[str], str | None]
"""The field of work of a procedure code; none when the procedure is not known."""


@dataclass
class Tally:
    """What became of the lines so far: ``lines`` is the sum of the other counts and of empty lines.

    ``late`` ones are kept in the history without being the current state; ``repeated`` ones were there before.
    """

    lines: int = 0
    taken: int = 0
    repeated: int = 0
    late: int = 0
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def reject(self, line: int, reason: str) -> None:
        """Notes a line (counted from 1) that is not taken."""
        self.rejected += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"line": line, "reason": reason})


class _Order(NamedTuple):
    """The place of an event in a dossier's history; one without an agency comes after those of agencies."""

    at: dt.datetime
    state: int
    agency: int


@dataclass(frozen=True)
class Batch:
    """Lines that were read but not written yet.

    ``codes`` are those of the lines that can be taken, by line number; ``days`` the days in them. ``events`` are JSON
    objects as the statements below take them, each once.
    """

    agency: Agency
    codes: dict[int, str]
    days: dict[str, str]
    events: dict[tuple[str, _Order], str]
    rejected: dict[int, str]
    lines: int


def read_batch(vault: Vault, agency: Agency, lines: Sequence[bytes], first: int, field_of: FieldOf) -> Batch:
    """Reads ``lines``, of which the first one has the number ``first``; nothing here touches the database."""
    batch = Batch(agency, {}, {}, {}, {}, len(lines))
    for number, raw in enumerate(lines, first):
        if not raw.strip():
            continue
        report = read_report(raw)
        reason = report if isinstance(report, str) else _outside(agency, report, field_of)
        if isinstance(report, str) or reason:
            batch.rejected[number] = reason or ""
            continue
        batch.codes[number] = report.code
        batch.days[report.code] = report.day_of_code.isoformat()
        key = report.code, _Order(report.time, int(report.state), agency.id)
        if key not in batch.events:
            batch.events[key] = _event(report, vault)
    return batch


def _event(report: StateReport, vault: Vault) -> str:
    named = {"code": report.code, "state": int(report.state), "at": report.time.isoformat(), "note": report.note}
    return _json(named | {"details": report.details(vault)})


async def write_batch(session: AsyncSession, batch: Batch, tally: Tally, field_of: FieldOf) -> None:
    """Writes a batch in the session's transaction, and counts it in ``tally``.

    Dossiers are locked in the order of their codes, the new ones last, so that batches of the same dossiers wait for
    each other.
    """
    errors = dict(batch.rejected)
    if batch.events:
        stored = await _lock(session, batch)
        foreign = {code for code, known in stored.items() if known and not _in_field(batch.agency, known, field_of)}
        errors |= {line: _OTHER_FIELD for line, code in batch.codes.items() if code in foreign}
        events = {key: event for key, event in batch.events.items() if key[0] not in foreign}
        tally.repeated += sum(code not in foreign for code in batch.codes.values()) - len(events)
        await _take(session, batch.agency, events, tally)
    for line in sorted(errors):
        tally.reject(line, errors[line])
    tally.lines += batch.lines


_OTHER_FIELD = "code: the dossier's procedure is outside the fields of work of this agency"


def _outside(agency: Agency, report: StateReport, field_of: FieldOf) -> str | None:
    if not agencies.covers(agency, report.code):
        return "code: the unit is outside the scope of this agency"
    if not agency.fields:
        return None
    if report.procedure_code is None:
        return "procedure_code: is needed, because this agency is limited to fields of work"
    if not _in_field(agency, report.procedure_code, field_of):
        return "procedure_code: outside the fields of work of this agency"
    return None


def _in_field(agency: Agency, procedure_code: str, field_of: FieldOf) -> bool:
    return not agency.fields or agencies.works_in(agency, field_of(procedure_code) or "")


async def _lock(session: AsyncSession, batch: Batch) -> dict[str, str]:
    """The stored procedure code of every dossier of the batch, which exist and are locked from here on.

    Most exist already: to try to create those takes three times as long as to lock them.
    """
    stored = await _locked(session, batch.days)
    if new := {code: day for code, day in batch.days.items() if code not in stored}:
        await session.execute(_CREATE, {"days": _json(new), "agency": batch.agency.name})
        stored |= await _locked(session, new)
    return stored


async def _locked(session: AsyncSession, codes: Iterable[str]) -> dict[str, str]:
    return {row.code: row.procedure_code for row in await session.execute(_LOCK, {"codes": _json(sorted(codes))})}


def _json(values: Any) -> str:
    """Many values as one parameter; as arrays the driver would quote each of them by itself."""
    return json.dumps(values, ensure_ascii=False)


async def _take(session: AsyncSession, agency: Agency, events: dict[tuple[str, _Order], str], tally: Tally) -> None:
    codes = sorted({code for code, _ in events})
    newest = {
        code: _Order(at, state, sys.maxsize if by is None else by)
        for code, at, state, by in await session.execute(_NEWEST, {"codes": _json(codes)})
    }
    written = await session.execute(_ADD_EVENTS, {"agency": agency.id, "events": _array(events.values())})
    added = {(code, _Order(at, state, agency.id)) for code, at, state in written}
    many = Counter(code for code, _ in added)
    next_ones: dict[str, str] = {}
    for (code, place), event in events.items():
        before = newest.get(code)
        if (code, place) not in added:
            tally.repeated += 1
        elif before is not None and place < before:
            tally.late += 1
        else:
            tally.taken += 1
            newest[code] = place
            if before is not None and before.agency == agency.id and many[code] == 1:
                next_ones[code] = event
    if next_ones:
        await session.execute(_GO_ON, {"events": _array(next_ones.values())})
    if others := sorted(many.keys() - next_ones.keys()):
        await session.execute(_FOLD, {"codes": _json(others)})
    if many:
        await dossier_notices.defer_notices(session, sorted(many))


def _array(texts: Iterable[str]) -> str:
    return f"[{','.join(texts)}]"


_CREATE = text("""
    INSERT INTO dossiers
        (code, procedure_code, procedure_name, agency, state, submitted_on, missing, note, fee_for, demonstration)
    SELECT code, '', '', :agency, 1, CAST(submitted AS date), '[]', '', '', false
    FROM json_each_text(CAST(:days AS json)) AS new (code, submitted) ORDER BY code
    ON CONFLICT (code) DO NOTHING""")

_LOCK = text("""
    SELECT code, procedure_code FROM dossiers
    WHERE code = ANY(ARRAY(SELECT json_array_elements_text(CAST(:codes AS json)))) ORDER BY code
    FOR NO KEY UPDATE""")

_NEWEST = text("""
    SELECT code, at, state, agency_id
    FROM json_array_elements_text(CAST(:codes AS json)) AS wanted (code) CROSS JOIN LATERAL (
        SELECT at, state, agency_id FROM dossier_events WHERE dossier_code = code
        ORDER BY at DESC, state DESC, agency_id DESC LIMIT 1) AS event""")

_ADD_EVENTS = text("""
    INSERT INTO dossier_events (dossier_code, agency_id, state, at, note, details)
    SELECT code, :agency, state, at, note, details
    FROM json_to_recordset(CAST(:events AS json))
        AS new (code text, state integer, at timestamptz, note text, details jsonb)
    ON CONFLICT (dossier_code, at, state, agency_id) DO NOTHING
    RETURNING dossier_code, at, state""")

# An event without an agency was stored together with its dossier, which already says what belongs to it.
_SAY = """
    UPDATE dossiers SET
        state = newest.state,
        note = CASE WHEN own THEN dossiers.note ELSE newest.note END,
        missing = CASE WHEN own THEN dossiers.missing ELSE COALESCE(details -> 'missing', '[]') END,
        fee_due = CASE WHEN own THEN dossiers.fee_due ELSE CAST(details ->> 'fee_due' AS bigint) END,
        fee_for = CASE WHEN own THEN dossiers.fee_for ELSE COALESCE(details ->> 'fee_for', '') END,
        agency = COALESCE(facts ->> 'agency', named, dossiers.agency),
        procedure_code = COALESCE(facts ->> 'procedure_code', dossiers.procedure_code),
        procedure_name = COALESCE(facts ->> 'procedure_name', dossiers.procedure_name),
        submitted_on = COALESCE(CAST(facts ->> 'submitted' AS date), dossiers.submitted_on),
        promised_on = COALESCE(CAST(facts ->> 'promised' AS date), dossiers.promised_on),
        finished_on = COALESCE(CAST(facts ->> 'finished' AS date), dossiers.finished_on),
        fee_paid = COALESCE(CAST(facts ->> 'fee_paid' AS bigint), dossiers.fee_paid),
        phone_digits = COALESCE(decode(facts ->> 'phone', 'hex'), dossiers.phone_digits),
        identity_digits = COALESCE(decode(facts ->> 'identity', 'hex'), dossiers.identity_digits),
        updated_at = now()
    FROM newest LEFT JOIN told USING (code)
    WHERE dossiers.code = newest.code"""

_FOLD = text(f"""
    WITH events AS MATERIALIZED (
        SELECT event.* FROM json_array_elements_text(CAST(:codes AS json)) AS wanted (code)
        JOIN dossier_events AS event ON event.dossier_code = wanted.code
    ), told AS (
        SELECT code, jsonb_object_agg(key, value) AS facts FROM (
            SELECT DISTINCT ON (dossier_code, key) dossier_code AS code, key, value
            FROM events CROSS JOIN LATERAL jsonb_each(details)
            ORDER BY dossier_code, key, at DESC, state DESC, agency_id DESC) AS newest_of_each
        GROUP BY code
    ), newest AS (
        SELECT DISTINCT ON (dossier_code) dossier_code AS code, state, note, details, agencies.name AS named,
            agency_id IS NULL AS own
        FROM events LEFT JOIN agencies ON agencies.id = agency_id
        ORDER BY dossier_code, at DESC, state DESC, agency_id DESC
    ) {_SAY}""")  # noqa: S608 - two constants

# The next event of the agency that told the last one changes what it speaks of, and leaves the rest as it is.
_GO_ON = text(f"""
    WITH newest AS (
        SELECT code, state, note, details, CAST(NULL AS text) AS named, false AS own
        FROM json_to_recordset(CAST(:events AS json)) AS new (code text, state integer, note text, details jsonb)
    ), told AS (SELECT code, details AS facts FROM newest) {_SAY}""")  # noqa: S608 - two constants
