from __future__ import annotations

import pytest

from knowledge.localities import offices_in, provinces_of
from nlu.text.places import province


@pytest.mark.parametrize(
    ("code", "name", "agency", "provinces"),
    [
        ("9.000001", "Thả đèn trời", "Bộ Gió", set[str]()),
        ("9.000001.000.00.00.H54", "Thả đèn trời", "", {"Hưng Yên"}),
        ("9.000001", "Thả đèn trên địa bàn tỉnh Hà Tĩnh", "", {"Hà Tĩnh"}),
        ("9.000001", "Thả đèn ở các tỉnh: Thanh Hóa, Nghệ An và Khánh Hoà", "", {"Thanh Hóa", "Nghệ An", "Khánh Hòa"}),
        ("9.000001", "Nâng cấp Trường Đại học Cần Thơ", "", set[str]()),
        ("9.000001", "Thả đèn trời", "Ủy ban nhân dân tỉnh Thái Bình", {"Hưng Yên"}),
    ],
)
def test_the_provinces_that_a_procedure_is_for(code: str, name: str, agency: str, provinces: set[str]) -> None:
    assert provinces_of(code, name, agency) == provinces


@pytest.mark.parametrize(
    ("office", "there"),
    [
        ("Sở Tư pháp", "Sở Tư pháp tỉnh Thanh Hóa"),
        ("Sở Tư pháp Thành phố Hà Nội", "Sở Tư pháp tỉnh Thanh Hóa"),
        ("Sở Nông nghiệp và Môi trường - tỉnh An Giang", "Sở Nông nghiệp và Môi trường tỉnh Thanh Hóa"),
        ("Sở Tài chính TP.Đà Nẵng", "Sở Tài chính tỉnh Thanh Hóa"),
        ("Ủy ban nhân dân cấp tỉnh", "Ủy ban nhân dân tỉnh Thanh Hóa"),
        ("Công an tỉnh", "Công an tỉnh Thanh Hóa"),
        ("Trung tâm Phục vụ hành chính công cấp tỉnh", "Trung tâm Phục vụ hành chính công tỉnh Thanh Hóa"),
        ("Ủy ban nhân dân cấp xã", "Ủy ban nhân dân cấp xã"),
        ("Công an xã", "Công an xã"),
        ("Bộ Tư pháp", "Bộ Tư pháp"),
        ("Cục Hàng không Việt Nam", "Cục Hàng không Việt Nam"),
    ],
)
def test_the_office_of_the_citizen_s_province(office: str, there: str) -> None:
    thanh_hoa = province("Thanh Hóa")
    assert thanh_hoa is not None
    assert offices_in([office], thanh_hoa) == (there,)


def test_offices_that_become_one_are_told_once() -> None:
    hue = province("Huế")
    assert hue is not None
    assert offices_in(["Sở Tư pháp", "Sở Tư pháp Thành phố Hà Nội"], hue) == ("Sở Tư pháp thành phố Huế",)
