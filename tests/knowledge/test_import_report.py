from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from knowledge.import_report import Structuredness, measure, render
from knowledge.importers.flat_submissions import HEADER
from knowledge.model import Unreadable
from knowledge.store import ImportReport

DATA = Path(__file__).parent / "data"


def printed(report: ImportReport, structuredness: Structuredness | None = None) -> str:
    console = Console(width=400, file=io.StringIO(), record=True)
    console.print(render("tep.jsonl", report, structuredness))
    return console.export_text()


def figures_of(tmp_path: Path, *tables: str) -> Structuredness:
    path = tmp_path / "file.jsonl"
    records = (
        {"ma_thu_tuc": f"9.00000{number}", "ten_thu_tuc": "Thả đèn", "cach_thuc_thuc_hien": HEADER + table}
        for number, table in enumerate(tables)
    )
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return measure(path)


class TestMeasure:
    @pytest.mark.parametrize(("name", "naming"), [("crawl.jsonl", 2), ("word.jsonl", 1), ("portal.json", 1)])
    def test_every_format(self, name: str, naming: int) -> None:
        figures = measure(DATA / name)
        assert (figures.naming_fee_or_time, figures.structured, figures.failures) == (naming, naming, {})

    def test_tells_words_and_missing_units_apart(self, tmp_path: Path) -> None:
        figures = figures_of(
            tmp_path,
            "Trực tiếp3 NgàyMiễn phí(Theo quy định)",
            "Trực tiếp1Miễn phí",
            "Trực tiếpKhông có thông tinKhông có thông tin",
        )
        assert (figures.entries, figures.naming_fee_or_time, figures.structured) == (3, 2, 2)
        assert (figures.fee_in_words_only, figures.time_without_unit) == (1, 1)

    def test_a_time_that_got_lost_is_a_failure(self, tmp_path: Path) -> None:
        figures = figures_of(tmp_path, "Trực tiếp3 Ngày chưa rõ phí")
        assert (figures.share, figures.failures, figures.failed_codes) == (0.0, {"thiếu thời gian": 1}, ("9.000000",))

    def test_an_empty_file_fails_nothing(self, tmp_path: Path) -> None:
        assert figures_of(tmp_path).share == 1.0


class TestRender:
    def test_counts_lines_and_reasons(self) -> None:
        text = printed(
            ImportReport(
                new=("9.000001", "9.000002"),
                changed=("9.000003",),
                unchanged=(),
                withdrawn=tuple(f"9.0001{number:02}" for number in range(25)),
                repeated=(),
                unreadable=(Unreadable(7, "9.000004", "thiếu tên"),),
                generation=2,
            )
        )
        assert "Thay đổi: 9.000003" in text
        assert "9.000119 … và 5 mã nữa" in text
        assert [word in text for word in ("7", "9.000004", "thiếu tên")] == [True] * 3

    def test_says_why_nothing_was_withdrawn(self) -> None:
        report = ImportReport((), (), (), (), (), (), 0, withdrawal_withheld=True)
        assert "Không đánh dấu mục nào là hết hiệu lực" in printed(report)

    def test_the_share_of_structured_entries(self) -> None:
        figures = Structuredness(10, 8, 6, 1, 2, {"thiếu thời gian": 2}, ("9.000001", "9.000002"))
        text = printed(ImportReport((), (), (), (), (), (), 0), figures)
        assert "6 (75.0%)" in text
        assert "Lỗi: thiếu thời gian" in text
