from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.starter import read_starter

ENTRY = '- {{code: "{code}", name: Thả đèn, source: {{kind: starter}}}}\n'


def test_files_in_alphabetical_order(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(ENTRY.format(code="9.000001"), encoding="utf-8")
    (tmp_path / "a.yml").write_text(ENTRY.format(code="9.000002"), encoding="utf-8")
    (tmp_path / "c.yml").write_text("# nothing yet\n", encoding="utf-8")
    assert [entry.code for entry in read_starter(tmp_path)] == ["9.000002", "9.000001"]


def test_a_code_that_stands_twice_is_named_with_both_files(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(ENTRY.format(code="9.000001"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.yml: 9\.000001 already stands in a\.yml"):
        list(read_starter(tmp_path))


def test_an_entry_that_does_not_fit_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(ENTRY.format(code="x"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.yml: "):
        list(read_starter(tmp_path))


def test_the_shipped_catalogue() -> None:
    entries = list(read_starter())
    assert len(entries) >= 150
    assert [entry.code for entry in entries if entry.source.checked_on is None] == []
