from __future__ import annotations

import datetime as dt

from records.database import Database
from records.dossiers import DossierState, HistoryEntry, store
from records.figures import dossiers
from records.figures.dossiers import Line
from records.figures.periods import Period
from tests.records.test_dossiers import new_dossier

AUGUST = Period(dt.date(2024, 8, 1), dt.date(2024, 9, 1))


def on(day: int) -> dt.datetime:
    return dt.datetime(2024, 8, day, 3, tzinfo=dt.UTC)


async def finished(database: Database, code: str, day: int, *pause: int, named: bool = True) -> None:
    """A dossier filed on the 1st, promised for the 15th and finished; ``pause`` is from when to when it waited."""
    history = [HistoryEntry(DossierState.ACCEPTED, on(1), "")]
    if pause:
        history.append(HistoryEntry(DossierState.MORE_PAPERS, on(pause[0]), ""))
        history.append(HistoryEntry(DossierState.PROCESSING, on(pause[1]), ""))
    history.append(HistoryEntry(DossierState.FINISHED, on(day), ""))
    dossier = new_dossier(
        code=code,
        state=DossierState.FINISHED,
        submitted_on=dt.date(2024, 8, 1),
        promised_on=dt.date(2024, 8, 15),
        finished_on=dt.date(2024, 8, day) if named else None,
        history=history,
    )
    async with database.session() as session:
        await store(session, dossier)


async def test_on_time_counts_the_time_that_the_citizen_was_waited_for(database: Database) -> None:
    await finished(database, "H56.14-240801-0001", 15)
    await finished(database, "H56.14-240801-0002", 20)
    await finished(database, "H56.20-240801-0003", 20, 5, 13)
    await finished(database, "H56.20-240801-0004", 30, 5, 6)
    await finished(database, "H29.01-240801-0005", 14, named=False)
    async with database.session() as session:
        lines = await dossiers.lines(session, AUGUST)
    assert sorted(lines, key=lambda line: line.unit) == [
        Line("H29", "1.001193", filed=1, finished=1, promised=1, on_time=1),
        Line("H56", "1.001193", filed=4, finished=4, promised=4, on_time=2),
    ]


async def test_what_is_not_finished_is_not_judged(database: Database) -> None:
    async with database.session() as session:
        await store(session, new_dossier())
        assert await dossiers.lines(session, AUGUST) == [
            Line("H99", "1.001193", filed=1, finished=0, promised=0, on_time=0)
        ]
        assert await dossiers.lines(session, AUGUST.before) == []


async def test_a_dossier_counts_in_the_period_in_which_it_was_finished_first(database: Database) -> None:
    history = [
        HistoryEntry(DossierState.FINISHED, on(1) - dt.timedelta(hours=12), ""),
        HistoryEntry(DossierState.RETURNED, on(5), ""),
    ]
    async with database.session() as session:
        await store(session, new_dossier(state=DossierState.RETURNED, finished_on=None, history=history))
        july, august = await dossiers.lines(session, AUGUST.before), await dossiers.lines(session, AUGUST)
    assert [line.finished for line in (*july, *august)] == [1, 0]
