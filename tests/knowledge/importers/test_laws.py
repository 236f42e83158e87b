from __future__ import annotations

import pytest

from knowledge.importers.laws import HEADER, number_in, read_laws
from knowledge.model import LegalBasis


def rows(body: str) -> list[tuple[str, str]]:
    return [(basis.number, basis.title) for basis in read_laws(HEADER + body)]


def test_titles_and_numbers_run_together() -> None:
    assert rows("Luật Bầu trời98/2021/QH15Về đèn trời77/2022/NĐ-CPquy định về gió03/2023/TT-BXD") == [
        ("98/2021/QH15", "Luật Bầu trời"),
        ("77/2022/NĐ-CP", "Về đèn trời"),
        ("03/2023/TT-BXD", "quy định về gió"),
    ]


def test_a_number_inside_a_title_ends_no_row() -> None:
    assert rows("Sửa đổi Nghị định số 12/2020/NĐ-CP ngày 01/02/2020 của Chính phủ77/2022/NĐ-CP") == [
        ("77/2022/NĐ-CP", "Sửa đổi Nghị định số 12/2020/NĐ-CP ngày 01/02/2020 của Chính phủ")
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Luật Gió năm 201302/2013/QH13", [("02/2013/QH13", "Luật Gió năm 2013")]),
        ("Luật 61/2014/QH1361/2014/QH13", [("61/2014/QH13", "Luật 61/2014/QH13")]),
        ("Luật Gió98/2021/QH1577/2022/NĐ-CP77/2022/NĐ-CP", [("98/2021/QH15", "Luật Gió"), ("77/2022/NĐ-CP",) * 2]),
        ("Về gióThông tư số 9/2024/TT-BQP", [("9/2024/TT-BQP", "Về gió")]),
        (
            "Luật Gió 98/2021/QH15 Luật Mưa 99/2021/QH15Về mây",
            [("99/2021/QH15", "Luật Gió 98/2021/QH15 Luật Mưa"), ("", "Về mây")],
        ),
        ("LUẬT GIÓ61Về mây77/2022/NĐ-CP", [("61", "LUẬT GIÓ"), ("77/2022/NĐ-CP", "Về mây")]),
        ("Về mây số 5 và gió193", [("193", "Về mây số 5 và gió")]),
        ("Luật Gió 201454", [("54", "Luật Gió 2014")]),
        (
            "Thông tư 53/2025/TT-BCAngày 01/7/2025 về gió53/2025/TT-BCA",
            [("53/2025/TT-BCA", "Thông tư 53/2025/TT-BCAngày 01/7/2025 về gió")],
        ),
        ("Về tố tụng02/2014/TTLT-TANDTC-VKSNDTC-BTP", [("02/2014/TTLT-TANDTC-VKSNDTC-BTP", "Về tố tụng")]),
        ("Về mây118/2025/NĐ-CQuy định về gió7/QĐ-BXD", [("118/2025/NĐ-C", "Về mây"), ("7/QĐ-BXD", "Quy định về gió")]),
        ("Nghị định số 46/2020/NĐ-CP46/2020", [("46/2020/NĐ-CP", "Nghị định số 46/2020/NĐ-CP")]),
    ],
)
def test_what_touches_what(body: str, expected: list[tuple[str, str]]) -> None:
    assert rows(body) == expected


def test_debris_behind_is_left_out() -> None:
    assert rows("Luật Gió98/2021/QH15Cơ quan thực hiệnTòa án nhân dân") == [("98/2021/QH15", "Luật Gió")]


@pytest.mark.parametrize("text", ["", "Không có thông tin", "Không có thông tinCơ quan thực hiệnTòa án"])
def test_nothing_said(text: str) -> None:
    assert read_laws(text) == ()


def test_a_title_alone() -> None:
    assert read_laws("Luật Gió") == (LegalBasis(title="Luật Gió"),)


@pytest.mark.parametrize(
    ("cell", "number"), [("Thông tư số 104/2024/TT-BQP", "104/2024/TT-BQP"), ("12", "12"), ("Không có thông tin", "")]
)
def test_number_in(cell: str, number: str) -> None:
    assert number_in(cell) == number
