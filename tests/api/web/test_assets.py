"""Addresses that change with the content of the files."""

from __future__ import annotations

from pathlib import Path

from api.web.assets import Assets


def version_of(folder: Path, **files: str) -> str:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content)
    return Assets(folder).version


class TestVersion:
    def test_is_the_same_for_the_same_files(self, tmp_path: Path) -> None:
        assert version_of(tmp_path / "one", a="x", b="y") == version_of(tmp_path / "two", b="y", a="x")

    def test_changes_with_a_content_a_name_and_where_a_file_ends(self, tmp_path: Path) -> None:
        first = version_of(tmp_path / "one", a="x", b="y")

        assert version_of(tmp_path / "content", a="x", b="z") != first
        assert version_of(tmp_path / "name", a="x", c="y") != first
        assert version_of(tmp_path / "border", a="xb", b="") != first
