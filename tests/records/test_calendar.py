from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.calendar import TIME_ZONE, Calendar
from records.settings import Settings

CALENDAR = Calendar.read(Settings().calendar)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=TIME_ZONE)


def written(folder: Path, text: str) -> Path:
    path = folder / "calendar.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-25 07:29", False),
        ("2026-11-25 07:30", True),
        ("2026-11-25 11:30", False),
        ("2026-11-25 12:00", False),
        ("2026-11-25 13:30", True),
        ("2026-11-25 16:59", True),
        ("2026-11-25 17:00", False),
        ("2026-11-28 09:00", False),  # Saturday
        ("2026-09-02 09:00", False),  # National Day
        ("2026-02-18 09:00", False),  # Tết
        ("2026-08-31 09:00", False),  # moved …
        ("2026-08-22 09:00", True),  # … to this Saturday
    ],
)
def test_when_the_office_is_open(moment: str, open_: bool) -> None:
    assert CALENDAR.is_open(at(moment)) is open_
    assert (CALENDAR.next_opening(at(moment)) == at(moment)) is open_


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-25 06:00", "2026-11-25 07:30"),
        ("2026-11-25 12:00", "2026-11-25 13:30"),
        ("2026-11-27 17:00", "2026-11-30 07:30"),
        ("2026-02-13 17:30", "2026-02-23 07:30"),  # the Friday before Tết
    ],
)
def test_when_it_opens_next(moment: str, opening: str) -> None:
    assert CALENDAR.next_opening(at(moment)) == at(opening)


def test_moments_of_other_time_zones() -> None:
    assert CALENDAR.is_open(dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC))
    assert CALENDAR.next_opening(dt.datetime(2026, 11, 24, 23, 0, tzinfo=dt.UTC)) == at("2026-11-25 07:30")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-25 09:00", 2, "2026-11-25 11:00"),
        ("2026-11-25 10:30", 2, "2026-11-25 14:30"),  # over lunch
        ("2026-11-25 16:00", 2, "2026-11-26 08:30"),  # over night
        ("2026-11-27 16:00", 2, "2026-11-30 08:30"),  # over a weekend
        ("2026-11-28 10:00", 1, "2026-11-30 08:30"),
        ("2026-02-13 16:30", 1, "2026-02-23 08:00"),  # over Tết
        ("2026-11-25 09:30", 2, "2026-11-25 11:30"),  # up to the end of a period
        ("2026-11-25 09:00", -3, "2026-11-25 09:00"),
    ],
)
def test_adding_working_time(start: str, hours: int, end: str) -> None:
    assert CALENDAR.add_working_time(at(start), dt.timedelta(hours=hours)) == at(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-02 09:00", 5, "2026-11-09 17:00"),
        ("2026-11-02 22:00", 5, "2026-11-09 17:00"),
        ("2026-04-29 09:00", 1, "2026-05-04 17:00"),
        ("2026-08-28 09:00", 1, "2026-09-03 17:00"),
        ("2026-11-28 09:00", 0, "2026-11-30 17:00"),
    ],
)
def test_adding_working_days(start: str, days: int, end: str) -> None:
    assert CALENDAR.add_working_days(at(start), days) == at(end)


MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(TIME_ZONE))  # noqa: DTZ001


@given(MOMENTS, st.timedeltas(dt.timedelta(0), dt.timedelta(hours=200)))
def test_what_is_added_is_what_lies_between(start: dt.datetime, time: dt.timedelta) -> None:
    assert CALENDAR.working_time(start, CALENDAR.add_working_time(start, time)) == time


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(one: dt.datetime, two: dt.datetime, three: dt.datetime) -> None:
    first, second, third = sorted((one, two, three))
    parts = CALENDAR.working_time(first, second) + CALENDAR.working_time(second, third)
    assert parts == CALENDAR.working_time(first, third)
    assert CALENDAR.working_time(third, first) == dt.timedelta(0) or first == third


class TestFile:
    def test_hours_days_off_and_worked_days(self, tmp_path: Path) -> None:
        path = written(
            tmp_path,
            'hours: {tuesday: ["08:00-12:00"], saturday: ["08:00-10:00"]}\n'
            "days_off: {2026-12-01: Nghỉ}\n"
            "worked: {2026-12-02: Làm bù, 2026-09-02: Trực}\n",
        )
        calendar = Calendar.read(path)

        assert [calendar.is_working_day(dt.date(2026, 12, day)) for day in (1, 2, 3, 5, 8)] == [
            False, True, False, True, True,
        ]  # fmt: skip
        assert calendar.is_open(at("2026-12-05 09:59"))
        assert not calendar.is_open(at("2026-12-05 10:00"))
        assert calendar.is_open(at("2026-09-02 11:00"))

    @pytest.mark.parametrize(
        "text",
        [
            "hours: {}",
            "hours: {monday: []}",
            'hours: {montag: ["08:00-12:00"]}',
            'hours: {monday: ["12:00-08:00"]}',
            'hours: {monday: ["08:00-12:00", "11:00-13:00"]}',
            'hours: {monday: ["8-12"]}',
            'hours: {monday: ["08:00-12:00"]}\nholidays: {}',
            'hours: {monday: ["08:00-12:00"]}\ndays_off: {someday: Nghỉ}',
        ],
    )
    def test_what_cannot_be_used(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            Calendar.read(written(tmp_path, text))

    def test_a_calendar_that_never_opens_says_so(self) -> None:
        days = {dt.date(2026, 1, 1) + dt.timedelta(days=day) for day in range(400)}
        calendar = Calendar({0: [(dt.time(8), dt.time(9))]}, days, set())
        with pytest.raises(ValueError, match="no working day"):
            calendar.next_opening(at("2026-03-01 09:00"))
