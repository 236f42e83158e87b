"""Figures over dossiers: how many by unit and procedure, and how many of the finished ones were on time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Date, Subquery, Text, any_, cast, exists, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from records.calendar import TIME_ZONE
from records.database import database_of
from records.dossier_states import DossierState, HistoryEntry
from records.figures.periods import Period
from records.models import Dossier, DossierEvent
from records.punctuality import judge

_DONE = (DossierState.FINISHED, DossierState.RETURNED)
_PAUSES = tuple(state for state in DossierState if state.waits_for_citizen)
_UNIT = func.coalesce(func.substring(Dossier.code, r"[A-Z]\d\d"), "")


@dataclass
class Line:
    """Dossiers of one top unit (such as ``H56``, Thanh Hóa) and procedure.

    ``filed`` and ``finished`` in the period; ``promised`` are those finished that a day was promised for, ``on_time``
    those of them that kept it.
    """

    unit: str
    procedure: str
    filed: int
    finished: int
    promised: int
    on_time: int


async def lines(session: AsyncSession, period: Period) -> Sequence[Line]:
    """A line for each unit and procedure that had dossiers filed or finished in ``period``.

    A dossier that was finished after the promised day is on time if it waited for the citizen for long enough
    (``records.punctuality``).
    """
    filed = await session.execute(
        select(_UNIT, Dossier.procedure_code, func.count())
        .where(Dossier.submitted_on >= period.start, Dossier.submitted_on < period.end)
        .group_by(_UNIT, Dossier.procedure_code)
    )
    found = {(unit, procedure): Line(unit, procedure, count, 0, 0, 0) for unit, procedure, count in filed.all()}
    done = _done(period)
    promised = Dossier.promised_on.is_not(None)
    in_time = done.c.day <= Dossier.promised_on
    finished = await session.execute(
        select(_UNIT, Dossier.procedure_code, func.count(), func.count().filter(promised), func.count().filter(in_time))
        .join(done, done.c.code == Dossier.code)
        .group_by(_UNIT, Dossier.procedure_code)
    )
    for unit, procedure, count, with_promise, on_time in finished.all():
        line = found.setdefault((unit, procedure), Line(unit, procedure, 0, 0, 0, 0))
        line.finished, line.promised, line.on_time = count, with_promise, on_time
    paused = exists().where(DossierEvent.dossier_code == Dossier.code, DossierEvent.state.in_(_PAUSES))
    late = await session.execute(
        select(Dossier, _UNIT.label("unit"))
        .join(done, done.c.code == Dossier.code)
        .where(done.c.day > Dossier.promised_on, paused)
    )
    for dossier, unit in await _kept(session, [(row.Dossier, row.unit) for row in late.all()]):
        found[unit, dossier.procedure_code].on_time += 1
    return list(found.values())


def _done(period: Period) -> Subquery:
    """Dossiers finished in ``period``, and on which day: the one that the agency names, else that of the first event.

    Both halves read an index over the period alone, so that the time follows its length and not the size of the table.
    """
    start, end = period.moments
    named = select(Dossier.code, Dossier.finished_on.label("day")).where(
        Dossier.state.in_(_DONE), Dossier.finished_on >= period.start, Dossier.finished_on < period.end
    )
    before = aliased(DossierEvent)
    told = (
        select(Dossier.code, cast(func.timezone(TIME_ZONE.key, func.min(DossierEvent.at)), Date).label("day"))
        .join(DossierEvent, DossierEvent.dossier_code == Dossier.code)
        .where(Dossier.state.in_(_DONE), Dossier.finished_on.is_(None))
        .where(DossierEvent.state.in_(_DONE), DossierEvent.at >= start, DossierEvent.at < end)
        .where(~exists().where(before.dossier_code == Dossier.code, before.state.in_(_DONE), before.at < start))
        .group_by(Dossier.code)
    )
    return union_all(named, told).subquery()


async def _kept(session: AsyncSession, late: Sequence[tuple[Dossier, str]]) -> list[tuple[Dossier, str]]:
    """Those that were on time after all, because they waited for the citizen."""
    promised = DossierEvent.details["promised"].astext
    events = await session.execute(
        select(DossierEvent.dossier_code, DossierEvent.state, DossierEvent.at, promised)
        .where(DossierEvent.dossier_code == any_(literal([dossier.code for dossier, _ in late], ARRAY(Text))))
        .order_by(DossierEvent.at, DossierEvent.state)
    )
    histories: dict[str, list[HistoryEntry]] = defaultdict(list)
    for code, state, at, day in events.all():
        entry = HistoryEntry(DossierState(state), at, "", dt.date.fromisoformat(day) if day else None)
        histories[code].append(entry)
    calendar, now = database_of(session).calendar, dt.datetime.now(dt.UTC)
    return [
        (dossier, unit)
        for dossier, unit in late
        if judge(calendar, histories[dossier.code], dossier.promised_on, dossier.finished_on, now).late is False
    ]
