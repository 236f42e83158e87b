from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from knowledge.layers import Layer
from knowledge.model import Level, Procedure, State, Unreadable
from knowledge.store import Catalogue, catalogue_path
from tests.knowledge.procedures import procedure

OFFICIAL, STARTER = Layer.OFFICIAL, Layer.STARTER


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(catalogue_path(tmp_path))


class TestImportEntries:
    def test_reports_new_changed_and_unchanged_codes(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure("9.000001"), procedure("9.000002")], OFFICIAL)
        report = catalogue.import_entries(
            [procedure("9.000001"), procedure("9.000002", field="Bầu trời"), procedure("9.000003")], OFFICIAL
        )
        assert (report.new, report.changed, report.unchanged) == (("9.000003",), ("9.000002",), ("9.000001",))

    def test_importing_twice_changes_nothing(self, catalogue: Catalogue) -> None:
        entries = [procedure("9.000001"), procedure("9.000002", on=dt.date(2026, 1, 2))]
        first = catalogue.import_entries(entries, OFFICIAL)
        again = catalogue.import_entries(entries, OFFICIAL)
        assert (again.new, again.changed, again.withdrawn) == ((), (), ())
        assert again.generation == first.generation
        assert len(catalogue.history("9.000001")) == 1

    def test_a_new_date_alone_is_no_new_version_but_is_kept(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure(on=dt.date(2026, 1, 2))], OFFICIAL)
        report = catalogue.import_entries([procedure(on=dt.date(2026, 5, 6))], OFFICIAL)
        shown = catalogue.get("9.000001")
        assert (report.unchanged, report.generation) == (("9.000001",), 2)
        assert shown is not None
        assert shown.source.checked_on == dt.date(2026, 5, 6)
        assert len(catalogue.history("9.000001")) == 1

    def test_it_tells_what_changed_after_a_generation(self, catalogue: Catalogue) -> None:
        entries = [procedure(code) for code in ("9.000001", "9.000002", "9.000003", "9.000004")]
        first = catalogue.import_entries(entries, OFFICIAL).generation
        changed = [procedure("9.000001", field="Bầu trời"), procedure("9.000002", on=dt.date(2026, 5, 6)), entries[3]]
        catalogue.import_entries(changed, OFFICIAL, complete=True)
        after = catalogue.edits.add("9.000004", "Tên dễ hiểu", "", (), "bien.tap")
        assert [shown.code for shown in catalogue.all(first)] == ["9.000001", "9.000002", "9.000003"]
        second = catalogue.generation()
        catalogue.edits.publish("9.000004", after.number)
        assert [shown.code for shown in catalogue.all(second)] == ["9.000004"]
        assert [shown.code for shown in catalogue.all()] == [entry.code for entry in entries]

    def test_a_date_given_with_the_import_counts_where_entries_have_none(self, catalogue: Catalogue) -> None:
        dated = procedure("9.000002", on=dt.date(2025, 1, 1))
        catalogue.import_entries([procedure("9.000001"), dated], OFFICIAL, checked_on=dt.date(2026, 4, 5))
        assert [shown.source.checked_on for shown in catalogue.all()] == [dt.date(2026, 4, 5), dt.date(2025, 1, 1)]

    def test_a_complete_file_withdraws_what_it_lacks_and_deletes_nothing(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure("9.000001"), procedure("9.000002")], OFFICIAL)
        report = catalogue.import_entries([procedure("9.000001")], OFFICIAL, complete=True)
        again = catalogue.import_entries([procedure("9.000001")], OFFICIAL, complete=True)
        assert (report.withdrawn, again.withdrawn) == (("9.000002",), ())
        assert [shown.state for shown in catalogue.all()] == [State.ACTIVE, State.WITHDRAWN]

    def test_a_complete_file_touches_its_own_source_only(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure("9.000002", kind="word")], OFFICIAL)
        report = catalogue.import_entries([procedure("9.000001")], OFFICIAL, complete=True)
        assert report.withdrawn == ()

    def test_an_unreadable_entry_is_not_taken_for_a_missing_one(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure("9.000001"), procedure("9.000002")], OFFICIAL)
        broken = Unreadable(2, "9.000002", "thiếu tên")
        report = catalogue.import_entries([procedure("9.000001"), broken], OFFICIAL, complete=True)
        assert (report.withdrawn, report.unreadable, report.withdrawal_withheld) == ((), (broken,), False)

    @pytest.mark.parametrize("readable", [[], [procedure("9.000001")]])
    def test_nothing_is_withdrawn_when_nobody_knows_what_is_missing(
        self, catalogue: Catalogue, readable: list[Procedure]
    ) -> None:
        catalogue.import_entries([procedure("9.000001"), procedure("9.000002")], OFFICIAL)
        report = catalogue.import_entries([*readable, Unreadable(2, "", "tệp bị cắt")], OFFICIAL, complete=True)
        assert (report.withdrawn, report.withdrawal_withheld) == ((), True)

    def test_a_withdrawn_code_that_comes_back_is_in_use_again(self, catalogue: Catalogue) -> None:
        both = [procedure("9.000001"), procedure("9.000002")]
        catalogue.import_entries(both, OFFICIAL)
        catalogue.import_entries(both[:1], OFFICIAL, complete=True)
        report = catalogue.import_entries(both, OFFICIAL, complete=True)
        assert report.changed == ("9.000002",)
        assert [version.procedure.state.value for version in catalogue.history("9.000002")] == [
            "active",
            "withdrawn",
            "active",
        ]

    def test_a_code_standing_twice_in_a_file_keeps_both_entries(self, catalogue: Catalogue) -> None:
        variants = [procedure(levels=[level], field=level.value) for level in (Level.PROVINCE, Level.COMMUNE)]
        report = catalogue.import_entries(variants, OFFICIAL)
        shown = catalogue.get("9.000001")
        assert (report.new, report.repeated) == (("9.000001",), ("9.000001",))
        assert shown is not None
        assert (shown.levels, shown.field) == ((Level.PROVINCE, Level.COMMUNE), "province; commune")
        assert catalogue.import_entries(variants, OFFICIAL).unchanged == ("9.000001",)

    def test_a_failure_on_the_way_leaves_the_catalogue_as_it_was(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure("9.000001")], OFFICIAL)
        with pytest.raises(ValueError, match=r"9\.000003"):
            catalogue.import_entries([procedure("9.000002"), procedure("9.000003", kind="starter")], OFFICIAL)
        assert [shown.code for shown in catalogue.all()] == ["9.000001"]
        assert catalogue.generation() == 1


class TestReading:
    def test_a_locality_suffix_finds_the_base_code(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure("9.000001")], OFFICIAL)
        shown = catalogue.get(" 9.000001.000.00.00.H40 ")
        assert shown is not None
        assert shown.code == "9.000001"

    def test_a_local_entry_comes_before_its_base(self, catalogue: Catalogue) -> None:
        catalogue.import_entries([procedure("9.000001"), procedure("9.000001.000.00.00.H40")], OFFICIAL)
        shown = catalogue.get("9.000001.000.00.00.H40")
        assert shown is not None
        assert shown.code == "9.000001.000.00.00.H40"

    @pytest.mark.parametrize("code", ["9.000002", "9.00000", "", "MC.khong-co", "9.0000011"])
    def test_an_unknown_code_is_nothing(self, catalogue: Catalogue, code: str) -> None:
        catalogue.import_entries([procedure("9.000001")], OFFICIAL)
        assert catalogue.get(code) is None

    def test_both_layers_meet_in_one_procedure(self, catalogue: Catalogue) -> None:
        ours = procedure(kind="starter", on=dt.date(2026, 1, 1), title="Thả đèn", field="A")
        catalogue.import_entries([ours], STARTER)
        catalogue.import_entries([procedure(on=dt.date(2026, 2, 1), field="B")], OFFICIAL)
        assert [(shown.title, shown.field) for shown in catalogue.all()] == [("Thả đèn", "B")]
        assert [(version.layer, version.number) for version in catalogue.history("9.000001")] == [
            (STARTER, 1),
            (OFFICIAL, 1),
        ]

    def test_every_version_is_kept(self, catalogue: Catalogue) -> None:
        for field in ("A", "B", "A"):
            catalogue.import_entries([procedure(field=field)], OFFICIAL)
        history = catalogue.history("9.000001")
        assert [(version.number, version.procedure.field) for version in history] == [(1, "A"), (2, "B"), (3, "A")]
        assert history[0].fingerprint == history[2].fingerprint != history[1].fingerprint


def _read_until(path: Path, generation: int) -> set[tuple[int, int]]:
    catalogue, seen = Catalogue(path), set[tuple[int, int]]()
    while (now := catalogue.generation()) < generation:
        seen.add((now, len(list(catalogue.all())) % 50))
    return seen


class TestSeveralProcesses:
    def test_readers_see_whole_imports_only(self, tmp_path: Path) -> None:
        path = catalogue_path(tmp_path)
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=spawn) as pool:
            readers = [pool.submit(_read_until, path, 8) for _ in range(2)]
            catalogue = Catalogue(path)
            for batch in range(8):
                codes = [f"9.{batch:03}{number:03}" for number in range(50)]
                catalogue.import_entries([procedure(code) for code in codes], OFFICIAL)
            seen = [reader.result(timeout=60) for reader in readers]
        assert {remainder for each in seen for _, remainder in each} <= {0}
        assert len(list(catalogue.all())) == 400


class TestOpening:
    def test_a_file_that_is_no_database_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "catalogue.db"
        path.write_text("không phải cơ sở dữ liệu" * 100, encoding="utf-8")
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            Catalogue(path)
        assert path.read_text(encoding="utf-8").startswith("không phải")

    def test_a_file_of_a_newer_program_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "catalogue.db"
        Catalogue(path)
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        with pytest.raises(ValueError, match="newer version"):
            Catalogue(path)
