from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text.personal import find_personal


def found(text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.kind) for one in find_personal(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nhà số 12 ba 0900000099", [("0900000099", "phone")]),
        ("so khong chin khong, khong khong khong, khong khong chin chin a", [
            ("khong chin khong, khong khong khong, khong khong chin chin", "phone"),
        ]),
        ("stk 0900000099 VCB, sđt 0900000098", [("0900000099", "bank"), ("0900000098", "phone")]),
        ("số 0900000099, 0900000098", [("0900000099", "phone"), ("0900000098", "phone")]),
        ("hồ sơ hát chín chín chấm mười gạch hai sáu một một không hai gạch không không không ba", [
            ("chín chín chấm mười gạch hai sáu một một không hai gạch không không không ba", "dossier"),
        ]),
        ("thu a còng example chấm com chấm vn", [("thu a còng example chấm com chấm vn", "email")]),
        ("chuyển khoản 1.500.000 đồng", []),
        ("mã 1.004222.000.00.00.H40, tổng đài 1900 1234", []),
    ],
)  # fmt: skip
def test_numbers_are_told_apart(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@given(st.text(st.sampled_from("0123456789 .,-@abh không chín gạch\nđĐİß"), max_size=80))
def test_any_text_gives_spans_in_order(text: str) -> None:
    places = [(one.start, one.end) for one in find_personal(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(left[1] <= right[0] for left, right in pairwise(places))


def test_many_numbers_take_little_time() -> None:
    assert found("12 " * 2000) == []
