from __future__ import annotations

import pytest

from knowledge.importers.cells import conditions, duration, group_cases, levels, names, said, steps
from knowledge.model import NO_CONDITIONS, Document, Duration, Level, Step, TimeUnit


@pytest.mark.parametrize("cell", ["", " -- ", "Không có thông tin", "không có thông tin"])
def test_a_silent_cell_says_nothing(cell: str) -> None:
    assert said(cell) == ""


def test_names_keep_commas_before_small_letters() -> None:
    assert names("Thuế tỉnh, thành phố, Thuế cơ sở;  Thuế\nxã") == ("Thuế tỉnh, thành phố", "Thuế cơ sở", "Thuế xã")


def test_levels_keep_the_district_and_mark_what_is_unknown() -> None:
    assert levels("Cấp Bộ, Cấp tỉnh, Cấp huyện, Cấp xã, Cơ quan khác") == (
        Level.MINISTRY,
        Level.PROVINCE,
        Level.DISTRICT,
        Level.COMMUNE,
        Level.OTHER,
    )


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("07", "Ngày làm việc", Duration(value=7, unit=TimeUnit.WORKING_DAY)),
        ("1.5", "Ngày", Duration(value=1.5, unit=TimeUnit.DAY)),
        ("0,5", "giờ", Duration(value=0.5, unit=TimeUnit.HOUR)),
        ("2", "Tháng", Duration(value=2, unit=TimeUnit.MONTH)),
        ("1", "Năm", Duration(value=1, unit=TimeUnit.YEAR)),
        ("0", "Giờ", None),
    ],
)
def test_duration(number: str, unit: str, expected: Duration | None) -> None:
    assert duration(number, unit) == expected


class TestConditions:
    @pytest.mark.parametrize("cell", ["Không", "không.", "Không có", "- Không"])
    def test_none_needed_is_something_said(self, cell: str) -> None:
        assert conditions(cell) == (NO_CONDITIONS,)

    def test_silence_is_not_none_needed(self) -> None:
        assert conditions("Không có thông tin") == ()

    def test_each_paragraph_is_one(self) -> None:
        assert conditions("- Biết bơi.\n\n  - Có  thúng.\n---") == ("- Biết bơi.", "- Có thúng.")


class TestSteps:
    def test_named_steps_take_the_lines_below_them(self) -> None:
        assert steps("Mở đầu.\n- Bước 1: Nộp đơn.\n+ Đủ thì nhận.\nBước 2. Chờ.") == (
            Step(description="Mở đầu."),
            Step(name="Bước 1", description="Nộp đơn.\n+ Đủ thì nhận."),
            Step(name="Bước 2", description="Chờ."),
        )

    def test_steps_on_one_line(self) -> None:
        assert [step.name for step in steps("Bước 1: Nộp đơn. Bước 2: Chờ.")] == ["Bước 1", "Bước 2"]

    def test_a_mention_of_a_step_begins_none(self) -> None:
        assert len(steps("Bước 1: Làm như tại Bước 3 của phụ lục.")) == 1

    def test_without_names_each_paragraph_is_a_step(self) -> None:
        assert steps("Nộp đơn.\nChờ.") == (Step(description="Nộp đơn."), Step(description="Chờ."))


def test_papers_of_nameless_and_equal_cases_are_put_together() -> None:
    one, two, three = (Document(name=name) for name in ("Một", "Hai", "Ba"))
    found = group_cases([("--", [one]), ("Mất thẻ: ", [two]), (" ", [three]), ("Mất thẻ", [one]), ("Trống", [])])
    assert [(case.name, case.documents) for case in found] == [("", (one, three)), ("Mất thẻ", (two, one))]
