from __future__ import annotations

import datetime as dt

import pytest

from records.figures.periods import Every, Period, last_days

DAY = dt.date(2026, 5, 14)


class TestPeriod:
    def test_whole_days_in_vietnam(self) -> None:
        start, end = last_days(2, DAY).moments
        assert start.astimezone(dt.UTC) == dt.datetime(2026, 5, 12, 17, tzinfo=dt.UTC)
        assert end - start == dt.timedelta(days=2)

    def test_the_one_before_is_as_long_and_touches(self) -> None:
        period = last_days(30, DAY)
        assert period.before.end == period.start
        assert period.before.end - period.before.start == dt.timedelta(days=30)

    @pytest.mark.parametrize(("days", "parts"), [(1, 1), (14, 14), (30, 5), (90, 13), (365, 13)])
    def test_the_parts_follow_each_other_without_a_gap(self, days: int, parts: int) -> None:
        period = last_days(days, DAY)
        cut = period.parts()
        assert len(cut) == parts
        assert [part.start for part in cut] == [period.start, *(part.end for part in cut[:-1])]
        assert cut[-1].end == period.end


class TestEvery:
    @pytest.mark.parametrize(
        ("every", "start", "end", "called"),
        [
            (Every.WEEK, dt.date(2026, 5, 11), dt.date(2026, 5, 18), "tuần 20/2026"),
            (Every.MONTH, dt.date(2026, 5, 1), dt.date(2026, 6, 1), "tháng 5/2026"),
            (Every.QUARTER, dt.date(2026, 4, 1), dt.date(2026, 7, 1), "quý II/2026"),
            (Every.YEAR, dt.date(2026, 1, 1), dt.date(2027, 1, 1), "năm 2026"),
        ],
    )
    def test_the_period_of_a_day(self, every: Every, start: dt.date, end: dt.date, called: str) -> None:
        period = Period(every.start(DAY), every.after(DAY))
        assert (period, every.called(period)) == (Period(start, end), called)

    @pytest.mark.parametrize("month", range(1, 13))
    def test_a_quarter_ends_where_the_next_one_begins(self, month: int) -> None:
        after = Every.QUARTER.after(dt.date(2026, month, 28))
        assert after.month in (1, 4, 7, 10)
        assert Every.QUARTER.start(after) == after

    def test_all_since_a_day(self) -> None:
        found = list(Every.MONTH.since(dt.date(2026, 2, 20), DAY))
        assert [period.start.month for period in found] == [2, 3, 4, 5]
