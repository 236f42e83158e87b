from __future__ import annotations

import pytest

from knowledge.importers.flat_documents import HEADER, has_table, read_cases, read_results
from knowledge.model import Document


def papers(body: str) -> tuple[Document, ...]:
    (case,) = read_cases(f"--{HEADER}{body}")
    return case.documents


def test_originals_and_copies() -> None:
    assert papers("Đơn1 bản chínhẢnh0 bản chính,2 bản saoSổ cũ3 bản chính,1 bản sao") == (
        Document(name="Đơn", originals=1),
        Document(name="Ảnh", copies=2),
        Document(name="Sổ cũ", originals=3, copies=1),
    )


def test_numbers_of_copies_inside_a_name_end_no_row() -> None:
    assert [paper.name for paper in papers("Sổ (01 bản chính, 02 bản sao) và 01 bản chính tờ khai1 bản chính")] == [
        "Sổ (01 bản chính, 02 bản sao) và 01 bản chính tờ khai"
    ]


def test_a_name_that_ends_with_a_number_of_copies() -> None:
    assert papers("Tờ khai: 01 bản chính1 bản chính")[0] == Document(name="Tờ khai: 01 bản chính", originals=1)


@pytest.mark.parametrize("name", ["Đơn theo Mẫu số 18", "Báo cáo năm 2024", "Tờ khai ngày 01/01/2026"])
def test_a_name_that_ends_with_digits(name: str) -> None:
    assert papers(f"{name}1 bản chính,1 bản sao") == (Document(name=name, originals=1, copies=1),)


@pytest.mark.parametrize(
    ("glued", "name", "forms"),
    [
        ("Đơn theo mẫuMau02.docx", "Đơn theo mẫu", ("Mau02.docx",)),
        ("Tờ khai (Mẫu số 5).Phụ lục V (1).pdf", "Tờ khai (Mẫu số 5).", ("Phụ lục V (1).pdf",)),
        ("Đơn hoặc tờ khaiMẫu 1.docMẫu 2.doc", "Đơn hoặc tờ khai", ("Mẫu 1.doc", "Mẫu 2.doc")),
        ("Bản khai thả đèn", "Bản khai thả đèn", ()),
    ],
)
def test_files_are_told_from_the_name(glued: str, name: str, forms: tuple[str, ...]) -> None:
    assert papers(f"{glued}1 bản chính") == (Document(name=name, originals=1, forms=forms),)


def test_cases_with_their_names_in_front() -> None:
    text = f"a) Cấp mới:{HEADER}Đơn1 bản chínhb) Cấp lại{HEADER}Đơn1 bản chínhThẻ cũ1 bản chính--{HEADER}Ảnh1 bản sao"
    assert [(case.name, len(case.documents)) for case in read_cases(text)] == [("a) Cấp mới", 1), ("b) Cấp lại", 2)]


def test_no_table() -> None:
    assert (has_table("--"), read_cases("--")) == (False, ())


class TestResults:
    def test_codes_and_what_the_page_had_behind_are_left_out(self) -> None:
        text = (
            "Giấy phépMã: KQ.G01.000001Văn bản từ chốiMã: 000.00.00.G03-KQ0445Mã số vùng đènMã: KQ.G01.000002"
            "Từ khóaKhông có thông tinMô tảKhông có thông tinChọn cơ quan thực hiệnTỉnh/ Thành phốNộp hồ sơ"
        )
        assert read_results(text) == ("Giấy phép", "Văn bản từ chối", "Mã số vùng đèn")

    def test_a_code_of_letters_gives_its_neighbour_back(self) -> None:
        assert read_results("Văn bản tố tụngMã: VBTTGiấy hẹnMã: GHTừ khóaKhông có thông tin") == (
            "Văn bản tố tụng",
            "Giấy hẹn",
        )

    def test_a_result_of_dots_is_none(self) -> None:
        assert read_results("...Mã: KQ.G01.000001...văn bản trả lời..Mã: KQ.G01.000002") == ("văn bản trả lời",)

    def test_without_codes(self) -> None:
        assert (read_results("Giấy phép"), read_results("Không có thông tin"), read_results("")) == (
            ("Giấy phép",),
            (),
            (),
        )
