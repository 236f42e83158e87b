"""Single lines of a record: which there are, and how often a question about one thing in it gets the right ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.excerpts import record_lines
from knowledge.model import NO_CONDITIONS
from knowledge.search import Knowledge
from tests.knowledge.procedures import procedure

QUESTIONS = Path(__file__).parent / "excerpts"


def test_every_statement_is_a_line_of_its_own() -> None:
    record = procedure(
        "9.000201",
        name="Cấp phép thả diều",
        summary="Ai muốn thả diều to. Diều nhỏ không cần.",
        cases=[{"documents": [{"name": "1. Đơn xin phép", "originals": 1}]}],
        steps=[{"description": "Nộp đơn tại xã.\nNhận phép trong ngày."}],
        conditions=["Diều dài dưới 5 mét", "Diều dài dưới 5 mét"],
        submissions=[{"method": "direct", "fees": [{"amount": 5000, "condition": "Mỗi con diều"}, {"amount": 0}]}],
        results=["Giấy phép"],
    )

    assert record_lines(record) == (
        "Diều dài dưới 5 mét",
        "Đơn xin phép",
        "Nộp đơn tại xã.",
        "Nhận phép trong ngày.",
        "Ai muốn thả diều to.",
        "Diều nhỏ không cần.",
        "lệ phí 5.000 đồng (mỗi con diều)",
        "Giấy phép",
    )


def test_a_record_that_sets_no_conditions_has_no_line_about_them() -> None:
    assert record_lines(procedure("9.000202", name="Thả diều", conditions=[NO_CONDITIONS])) == ()


def holds(line: str, told: str) -> bool:
    """Whether what was told is the line that a clerk would point to, or the line of which that is a part."""
    one, other = line.casefold().rstrip(".;, "), told.casefold()
    return one in other or other in one


@pytest.mark.parametrize(("name", "right", "needless"), [("questions.yml", 0.45, 0.45), ("blind.yml", 0.35, 0.35)])
def test_what_the_record_says_is_quoted(starter: Knowledge, name: str, right: float, needless: float) -> None:
    """125 questions each of people who did not know how they would be answered; ``blind.yml`` was never looked at."""
    asked: list[dict[str, Any]] = yaml.safe_load((QUESTIONS / name).read_text(encoding="utf-8"))

    def quoted(one: dict[str, Any]) -> tuple[str, ...]:
        record = starter.procedure(one["procedure"])
        assert record
        return starter.nearest_lines(record, one["question"])

    answered, silent = [one for one in asked if one["lines"]], [one for one in asked if not one["lines"]]
    found = [one for one in answered if any(holds(line, told) for told in quoted(one) for line in one["lines"])]
    assert len(found) >= right * len(answered)
    assert len([one for one in silent if quoted(one)]) <= needless * len(silent)
