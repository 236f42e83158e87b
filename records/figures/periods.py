"""Stretches of whole days in Vietnam's time: the periods of figures and of reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from records.calendar import TIME_ZONE


@dataclass(frozen=True, order=True)
class Period:
    """From ``start`` up to, and without, ``end``."""

    start: dt.date
    end: dt.date

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """The midnights that it lies between."""
        return _midnight(self.start), _midnight(self.end)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.end - dt.timedelta(days=1)

    @property
    def before(self) -> Period:
        """The equally long one before it."""
        return Period(self.start - (self.end - self.start), self.start)

    def parts(self) -> list[Period]:
        """It cut into days, weeks or months: at most about a dozen, and the last one may be shorter."""
        days = (self.end - self.start).days
        every = Every.MONTH if days > 100 else None
        step = dt.timedelta(days=1 if days <= 14 else 7)
        cuts = [self.start]
        while cuts[-1] < self.end:
            cuts.append(min(every.after(cuts[-1]) if every else cuts[-1] + step, self.end))
        return [Period(start, end) for start, end in pairwise(cuts)]


class Every(StrEnum):
    """How often a report is due."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def label(self) -> str:
        """Vietnamese name."""
        return {"week": "Hằng tuần", "month": "Hằng tháng", "quarter": "Hằng quý", "year": "Hằng năm"}[self]

    def start(self, day: dt.date) -> dt.date:
        """The first day of the period that ``day`` lies in; weeks begin on Monday."""
        match self:
            case Every.WEEK:
                return day - dt.timedelta(days=day.weekday())
            case Every.MONTH:
                return day.replace(day=1)
            case Every.QUARTER:
                return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            case Every.YEAR:
                return day.replace(month=1, day=1)

    def after(self, day: dt.date) -> dt.date:
        """The first day of the period after the one that ``day`` lies in."""
        days = {"week": 7, "month": 31, "quarter": 92, "year": 366}[self]
        return self.start(self.start(day) + dt.timedelta(days=days))

    def since(self, first: dt.date, today: dt.date) -> Iterator[Period]:
        """The periods from the one with ``first`` up to the one with ``today``."""
        start = self.start(first)
        while start <= today:
            yield Period(start, self.after(start))
            start = self.after(start)

    def called(self, period: Period) -> str:
        """``tháng 3/2026``, ``quý I/2026``."""
        start = period.start
        match self:
            case Every.WEEK:
                return f"tuần {start.isocalendar().week}/{start.isocalendar().year}"
            case Every.MONTH:
                return f"tháng {start.month}/{start.year}"
            case Every.QUARTER:
                return f"quý {('I', 'II', 'III', 'IV')[(start.month - 1) // 3]}/{start.year}"
            case Every.YEAR:
                return f"năm {start.year}"


def last_days(days: int, today: dt.date) -> Period:
    """The ``days`` days up to and with ``today``."""
    return Period(today - dt.timedelta(days=days - 1), today + dt.timedelta(days=1))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), TIME_ZONE)
