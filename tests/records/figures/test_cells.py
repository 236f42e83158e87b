from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from records.figures.cells import FEWEST, Cell, Row, guard


def rows(*people: int) -> list[Row]:
    return [Row(str(place), "", {"n": Cell(float(count), count)}) for place, count in enumerate(people)]


def seen(found: list[Row]) -> list[float | None]:
    return [row.cells["n"].value for row in found]


class TestGuard:
    def test_a_cell_about_fewer_than_five_people_is_hidden_with_its_count(self) -> None:
        guarded = guard(rows(3, 4, 9, 20))
        assert seen(guarded) == [None, None, 9, 20]
        assert guarded[0].cells["n"] == Cell(None, 0, hidden=True)

    def test_one_small_cell_alone_would_be_what_is_missing_from_the_total(self) -> None:
        assert seen(guard(rows(20, 3, 9))) == [20, None, None]

    def test_nothing_is_hidden_where_nobody_is_small(self) -> None:
        assert seen(guard(rows(5, 0, 9))) == [5, 0, 9]

    def test_each_indicator_is_looked_at_by_itself(self) -> None:
        row = Row("", "", {"received": Cell(9, 9), "satisfaction": Cell(4.5, 2)})
        other = Row("", "", {"received": Cell(8, 8), "satisfaction": Cell(3.5, 7)})
        guarded = guard([row, other])
        assert [each.cells["received"].value for each in guarded] == [9, 8]
        assert [each.cells["satisfaction"].value for each in guarded] == [None, None]

    @given(st.lists(st.integers(0, 30), max_size=12))
    def test_what_is_hidden_is_always_about_five_people_or_more_or_about_all_there_are(self, people: list[int]) -> None:
        guarded = guard(rows(*people))
        hidden = [count for count, row in zip(people, guarded, strict=True) if row.cells["n"].hidden]
        assert all(count >= FEWEST or count == 0 for count, value in zip(people, seen(guarded), strict=True) if value)
        assert not hidden or sum(hidden) >= FEWEST or sum(hidden) == sum(people)
