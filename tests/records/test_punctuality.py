from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import records
from records.calendar import TIME_ZONE, Calendar
from records.dossier_states import DossierState, HistoryEntry
from records.punctuality import judge

CALENDAR = Calendar.read(Path(records.__file__).parent / "calendar.yml")
LATER = dt.datetime(2024, 12, 2, 9, tzinfo=TIME_ZONE)


def at(day: int, hour: int = 8) -> dt.datetime:
    """A moment of August 2024: the 5th, 12th, 19th and 26th are Mondays."""
    return dt.datetime(2024, 8, day, hour, tzinfo=TIME_ZONE)


def way(*steps: tuple[int, int] | tuple[int, int, int]) -> list[HistoryEntry]:
    """States by day of August, in the morning; a third number is the day that was promised then."""
    return [
        HistoryEntry(DossierState(step[1]), at(step[0]), "", dt.date(2024, 8, step[2]) if len(step) == 3 else None)
        for step in steps
    ]


@pytest.mark.parametrize(
    ("steps", "promised", "due", "late"),
    [
        ([(5, 1), (5, 4), (9, 9)], 9, 9, False),
        ([(5, 1), (5, 4), (12, 9)], 9, 9, True),
        ([(5, 1), (6, 5), (8, 4), (13, 9)], 9, 13, False),  # two working days of waiting, over a weekend
        ([(5, 1), (6, 5), (8, 4), (14, 9)], 9, 13, True),
        ([(5, 1), (6, 6), (8, 4), (13, 9)], 9, 13, False),
        ([(5, 1), (6, 8), (8, 4), (13, 9)], 9, 13, False),
        ([(5, 1), (9, 5), (12, 4), (12, 9)], 9, 12, False),  # only Friday was working time
        ([(5, 1), (6, 5), (7, 6), (8, 4), (13, 9)], 9, 13, False),
        ([(5, 1), (6, 5), (8, 4, 9), (12, 9)], 9, 9, True),  # the promise was given anew after the pause
        ([(5, 1, 9), (6, 5), (8, 4), (13, 9)], 9, 13, False),
        ([(5, 1), (6, 5), (8, 9), (9, 10)], 9, 13, False),
        ([(5, 1), (8, 9), (9, 4), (20, 9)], 9, 9, True),  # taken up again: the last end counts
    ],
)
def test_on_time_is_by_the_promised_day_less_the_waiting(
    steps: list[tuple[int, int]], promised: int, due: int, late: bool
) -> None:
    judged = judge(CALENDAR, way(*steps), dt.date(2024, 8, promised), None, LATER)
    assert (judged.due_on, judged.late) == (dt.date(2024, 8, due), late)


def test_a_pause_that_goes_on_moves_the_day_with_it() -> None:
    history = way((5, 1), (6, 5))
    judged = judge(CALENDAR, history, dt.date(2024, 8, 9), None, at(16))
    assert (judged.late, judged.finished_on, judged.due_on) == (False, None, dt.date(2024, 8, 21))


def test_work_that_is_not_done_is_late_from_the_day_after() -> None:
    history = way((5, 1), (5, 4))
    assert judge(CALENDAR, history, dt.date(2024, 8, 9), None, at(9, 23)).late is False
    assert judge(CALENDAR, history, dt.date(2024, 8, 9), None, at(10, 1)).late is True


@pytest.mark.parametrize("state", [3, 7])
def test_what_was_broken_off_is_neither(state: int) -> None:
    assert judge(CALENDAR, way((5, 1), (6, state)), dt.date(2024, 8, 9), None, LATER).late is None


def test_without_a_promise_nothing_is_late() -> None:
    judged = judge(CALENDAR, way((5, 1), (20, 9)), None, None, LATER)
    assert (judged.due_on, judged.late, judged.finished_on) == (None, None, dt.date(2024, 8, 20))


def test_the_day_that_the_agency_names_counts() -> None:
    judged = judge(CALENDAR, way((5, 1), (12, 9)), dt.date(2024, 8, 9), dt.date(2024, 8, 9), LATER)
    assert (judged.finished_on, judged.late) == (dt.date(2024, 8, 9), False)


def test_holidays_are_no_waiting() -> None:
    """2 September 2024, with the 3rd, was the national day."""
    history = [
        HistoryEntry(DossierState.MORE_PAPERS, dt.datetime(2024, 8, 30, 8, tzinfo=TIME_ZONE), ""),
        HistoryEntry(DossierState.PROCESSING, dt.datetime(2024, 9, 4, 8, tzinfo=TIME_ZONE), ""),
    ]
    judged = judge(CALENDAR, history, dt.date(2024, 9, 6), None, dt.datetime(2024, 9, 5, tzinfo=TIME_ZONE))
    assert judged.waited == dt.timedelta(hours=7, minutes=30)
    assert judged.due_on == dt.date(2024, 9, 9)


def test_a_dossier_without_a_history() -> None:
    assert judge(CALENDAR, [], dt.date(2024, 8, 9), None, LATER).late is True
