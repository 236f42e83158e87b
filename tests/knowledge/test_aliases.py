from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.aliases import ALIASES, Wordings, read_aliases
from knowledge.starter import read_starter
from tests.knowledge.procedures import procedure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def written(folder: Path, **files: str) -> Wordings:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    read_aliases.cache_clear()
    return read_aliases(folder)


LANTERNS = """
# Lễ hội
"9.000001":
  - xin thả đèn lên trời
  - đêm rằm thả đèn
"""


class TestOver:
    def test_an_imported_entry_gets_its_aliases_after_its_own(self, folder: Path) -> None:
        shown = written(folder, le_hoi=LANTERNS).over(procedure(aliases=("đèn giấy",)))
        assert shown.aliases == ("đèn giấy", "xin thả đèn lên trời", "đêm rằm thả đèn")

    def test_an_entry_with_a_locality_suffix_gets_those_of_its_base(self, folder: Path) -> None:
        shown = written(folder, le_hoi=LANTERNS).over(procedure("9.000001.000.00.00.H40"))
        assert shown.aliases == ("xin thả đèn lên trời", "đêm rằm thả đèn")

    def test_an_entry_with_a_title_of_ours_keeps_its_own(self, folder: Path) -> None:
        ours = procedure(title="Thả đèn", aliases=("đèn giấy",))
        assert written(folder, le_hoi=LANTERNS).over(ours) == ours

    def test_others_stay_as_they_are(self, folder: Path) -> None:
        assert written(folder, le_hoi=LANTERNS).over(procedure("9.000002")) == procedure("9.000002")


class TestReading:
    def test_the_digest_follows_the_wordings(self, folder: Path) -> None:
        first = written(folder, le_hoi=LANTERNS).digest
        assert written(folder, le_hoi="# Hội\n" + LANTERNS).digest == first
        assert written(folder, le_hoi=LANTERNS + "  - thả đèn hoa đăng\n").digest != first

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("- xin thả đèn", "valid dictionary"),
            ("1.5:\n  - xin thả đèn", "valid string"),
            ('"1.5":\n  - xin thả đèn', "match pattern"),
            ('"9.000001": xin thả đèn', "valid tuple"),
            ('"9.000001": []', "at least 1 item"),
            ('"9.000001":\n  - 5', "valid string"),
            ('"9.000001":\n  - thả đèn\n  - Thả  đèn', "twice"),
            ('"9.000001": [', "while parsing"),
        ],
    )
    def test_a_wrong_file_is_named_with_the_reason(self, folder: Path, text: str, reason: str) -> None:
        with pytest.raises(ValueError, match=rf"(?s)^le_hoi\.yml: .*{reason}"):
            written(folder, le_hoi=text)

    def test_a_code_stands_in_one_file(self, folder: Path) -> None:
        with pytest.raises(ValueError, match=r"^van_hoa\.yml: 9\.000001 already stands in le_hoi\.yml"):
            written(folder, le_hoi=LANTERNS, van_hoa=LANTERNS)

    def test_two_needs_share_no_wording(self, folder: Path) -> None:
        other = '"9.000002":\n  - đêm rằm thả đèn\n  - xin bán đèn\n'
        with pytest.raises(ValueError, match=r"^van_hoa\.yml: “đêm rằm thả đèn” .* 9\.000001 \(le_hoi\.yml\)"):
            written(folder, le_hoi=LANTERNS, van_hoa=other)

    def test_one_need_at_two_levels_shares_them_all(self, folder: Path) -> None:
        both = written(folder, le_hoi=LANTERNS, van_hoa=LANTERNS.replace("9.000001", "9.000002"))
        assert both.by_code["9.000001"].aliases == both.by_code["9.000002"].aliases


class TestBesideTheStarterCatalogue:
    def test_a_code_of_the_starter_catalogue_is_refused(self, folder: Path) -> None:
        with pytest.raises(ValueError, match=r"^le_hoi\.yml: 9\.000001 is in the starter catalogue"):
            written(folder, le_hoi=LANTERNS).refuse_overlap([procedure(kind="starter")])

    def test_so_is_a_wording(self, folder: Path) -> None:
        ours = procedure("9.000003", kind="starter", aliases=("Đêm rằm thả đèn",))
        with pytest.raises(ValueError, match=r"^le_hoi\.yml: “đêm rằm thả đèn” of 9\.000001 .* under 9\.000003"):
            written(folder, le_hoi=LANTERNS).refuse_overlap([ours])


def test_the_repository_s_own_wordings_are_in_order() -> None:
    read_aliases.cache_clear()
    wordings = read_aliases(ALIASES)
    wordings.refuse_overlap(read_starter())
    assert all(3 <= len(alias.split()) <= 20 for one in wordings.by_code.values() for alias in one.aliases)
