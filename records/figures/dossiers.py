"""Figures over dossiers: how many by unit and procedure, and how many of the finished ones were on time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Date, and_, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

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
    done = (
        select(
            DossierEvent.dossier_code.label("code"),
            cast(func.timezone(TIME_ZONE.key, func.min(DossierEvent.at)), Date).label("day"),
        )
        .where(DossierEvent.state.in_(_DONE))
        .group_by(DossierEvent.dossier_code)
        .subquery()
    )
    day = func.coalesce(Dossier.finished_on, done.c.day)
    filed = and_(Dossier.submitted_on >= period.start, Dossier.submitted_on < period.end)
    finished = and_(Dossier.state.in_(_DONE), day >= period.start, day < period.end)
    promised = and_(finished, Dossier.promised_on.is_not(None))
    counts = (filed, finished, promised, and_(promised, day <= Dossier.promised_on))
    rows = await session.execute(
        select(_UNIT, Dossier.procedure_code, *(func.count().filter(each) for each in counts))
        .outerjoin(done, done.c.code == Dossier.code)
        .where(or_(filed, finished))
        .group_by(_UNIT, Dossier.procedure_code)
    )
    found = {(line.unit, line.procedure): line for line in (Line(*row) for row in rows.all())}
    paused = exists().where(DossierEvent.dossier_code == Dossier.code, DossierEvent.state.in_(_PAUSES))
    late = await session.execute(
        select(Dossier, _UNIT.label("unit"))
        .outerjoin(done, done.c.code == Dossier.code)
        .where(promised, day > Dossier.promised_on, paused)
    )
    for dossier, unit in await _kept(session, [(row.Dossier, row.unit) for row in late.all()]):
        found[unit, dossier.procedure_code].on_time += 1
    return list(found.values())


async def _kept(session: AsyncSession, late: Sequence[tuple[Dossier, str]]) -> list[tuple[Dossier, str]]:
    """Those that were on time after all, because they waited for the citizen."""
    promised = DossierEvent.details["promised"].astext
    events = await session.execute(
        select(DossierEvent.dossier_code, DossierEvent.state, DossierEvent.at, promised)
        .where(DossierEvent.dossier_code.in_([dossier.code for dossier, _ in late]))
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
