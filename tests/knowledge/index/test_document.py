import pytest

from knowledge.index.document import document, need
from tests.knowledge.procedures import procedure


@pytest.mark.parametrize(
    "name",
    [
        "Thả đèn trời",
        "Thủ tục thả đèn trời",
        "Thả đèn trời (thực hiện tại cấp tỉnh)",
        "Thả đèn trời (Cấp Tỉnh) (9.000001)",
        "Thả đèn trời - cấp trung ương",
        "Thả  đèn trời (cấp TW)",
    ],
)
def test_levels_do_not_make_another_need(name: str) -> None:
    assert need(document(procedure(name=name))) == "tha den troi"


def test_another_act_is_another_need() -> None:
    assert need(document(procedure(name="Cấp lại giấy thả đèn trời"))) != need(
        document(procedure(name="Cấp giấy thả đèn trời"))
    )


def test_digest_changes_with_the_words_only() -> None:
    first, moved, reworded = (
        document(procedure()),
        document(procedure(source={"url": "https://example.org"})),
        document(procedure(aliases=["thả đèn"])),
    )
    assert first.digest == moved.digest
    assert first.digest != reworded.digest


def test_district_entries_are_recognised() -> None:
    assert document(procedure(levels=["district"])).abolished_level
    assert document(procedure(name="Thả đèn trời (thực hiện tại cấp huyện)", levels=["commune"])).abolished_level
    assert not document(procedure(levels=["district", "commune"])).abolished_level
