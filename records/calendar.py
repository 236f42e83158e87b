"""Office hours: when somebody is there, and how much working time lies between two moments.

Public holidays are those of Bộ luật Lao động 45/2019/QH14, Điều 112, as the ``holidays`` library dates them, Tết and
the days that the government moved included; weekly hours and further days come from the deployment's calendar file.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_CLOSURE = 60
"""Days without any opening after which a calendar is taken for broken."""

type Period = tuple[dt.time, dt.time]


def _read_periods(written: list[str]) -> list[Period]:
    periods: list[Period] = []
    for one in written:
        start, end = map(dt.time.fromisoformat, one.split("-"))
        if end <= start or (periods and start < periods[-1][1]):
            raise ValueError(f"{one!r} does not lie after what stands before it")
        periods.append((start, end))
    return periods


class _File(BaseModel):
    """The calendar file."""

    model_config = ConfigDict(extra="forbid")

    hours: dict[str, Annotated[list[Period], BeforeValidator(_read_periods)]] = Field(min_length=1)
    days_off: dict[dt.date, str] = {}
    worked: dict[dt.date, str] = {}


class Calendar:
    """The office hours of a deployment; moments are time-zone aware, results in Vietnamese time."""

    def __init__(self, hours: Mapping[int, list[Period]], days_off: set[dt.date], worked: set[dt.date]) -> None:
        """``hours`` by weekday, 0 for Monday; ``worked`` days have those of the first weekday of ``hours``."""
        self._hours = hours
        self._usual = hours[min(hours)]
        self._days_off = days_off
        self._worked = worked
        self._holidays = holidays.country_holidays("VN")
        self._of_day = lru_cache(maxsize=1000)(self._read_day)

    @classmethod
    def read(cls, path: Path) -> Calendar:
        """The calendar of a file like ``records/calendar.yml``. Raises ``ValueError`` for one that cannot be used."""
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        unknown = file.hours.keys() - set(_WEEKDAYS)
        if unknown:
            raise ValueError(
                f"{path}: no weekdays: {', '.join(sorted(unknown))}; they are called {', '.join(_WEEKDAYS)}"
            )
        hours = {_WEEKDAYS.index(day): periods for day, periods in file.hours.items() if periods}
        if not hours:
            raise ValueError(f"{path}: no day of the week has hours")
        return cls(hours, set(file.days_off), set(file.worked))

    def is_working_day(self, day: dt.date) -> bool:
        """Whether the office opens on ``day`` at all."""
        return bool(self._of_day(day))

    def is_open(self, at: dt.datetime) -> bool:
        """Whether somebody is there at that moment; the end of a period is closed."""
        local = at.astimezone(TIME_ZONE)
        return any(start <= local < end for start, end in self._of_day(local.date()))

    def next_opening(self, at: dt.datetime) -> dt.datetime:
        """``at`` itself while the office is open, else the moment it opens next."""
        start, _ = next(self._from(at))
        return start

    def add_working_time(self, start: dt.datetime, time: dt.timedelta) -> dt.datetime:
        """The moment at which ``time`` of office hours has passed since ``start``; nothing less than zero is added."""
        left = max(time, dt.timedelta(0))
        for begin, end in self._from(start):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        raise AssertionError("office hours do not end")

    def add_working_days(self, start: dt.datetime, days: int) -> dt.datetime:
        """The end of office hours on the ``days``-th working day after the day of ``start``, which does not count."""
        day = start.astimezone(TIME_ZONE).date()
        while days > 0:
            day = self._next_working_day(day + dt.timedelta(days=1))
            days -= 1
        return self._of_day(self._next_working_day(day))[-1][1]

    def working_time(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """The office hours between two moments; none when ``end`` is not after ``start``."""
        total = dt.timedelta(0)
        for begin, finish in self._from(start):
            if begin >= end:
                break
            total += min(finish, end) - begin
        return total

    def _from(self, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """All periods that end after ``at``, the first one cut at ``at``."""
        local = at.astimezone(TIME_ZONE)
        day = self._next_working_day(local.date())
        while True:
            periods = self._of_day(day)
            for start, end in periods[bisect_right(periods, local, key=lambda period: period[1]) :]:
                yield max(start, local), end
            day = self._next_working_day(day + dt.timedelta(days=1))

    def _next_working_day(self, day: dt.date) -> dt.date:
        for _ in range(_LONGEST_CLOSURE):
            if self._of_day(day):
                return day
            day += dt.timedelta(days=1)
        raise ValueError(f"the calendar has no working day for {_LONGEST_CLOSURE} days before {day}")

    def _read_day(self, day: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
        if day in self._worked or (day not in self._days_off and day in self._holidays.weekend_workdays):
            periods = self._hours.get(day.weekday(), self._usual)
        elif day in self._days_off or day in self._holidays:
            periods = []
        else:
            periods = self._hours.get(day.weekday(), [])
        moment = dt.datetime.combine
        return tuple((moment(day, start, TIME_ZONE), moment(day, end, TIME_ZONE)) for start, end in periods)
