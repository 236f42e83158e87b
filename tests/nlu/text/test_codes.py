from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text.codes import Code, find_codes


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("H56.14-240823-0001", "dossier", "H56.14-240823-0001"),
        ("h56.14 240823 0001", "dossier", "H56.14-240823-0001"),
        ("h5614-240823-0001", "dossier", "H56.14-240823-0001"),
        ("H56.14 – 240823 – 0001", "dossier", "H56.14-240823-0001"),
        ("000.00.04.G18-240823-0001", "dossier", "000.00.04.G18-240823-0001"),
        ("g09.20-20260609-0092637", "dossier", "G09.20-20260609-0092637"),
        ("1.004222", "procedure", "1.004222"),
        ("1,004222", "procedure", "1.004222"),
        ("1.004222.000.00.00.h40", "procedure", "1.004222.000.00.00.H40"),
        ("PA-7K2M-9XQ4", "feedback", "PA-7K2M-9XQ4"),
        ("pa 7k2m 9xq4", "feedback", "PA-7K2M-9XQ4"),
        ("pa7k2m9xqo", "feedback", "PA-7K2M-9XQ0"),
        ("PA-ABCD-EFGH", "feedback", "PA-ABCD-EFGH"),
        ("0900 000 012", "phone", "0900000012"),
        ("+84 900.000.012", "phone", "0900000012"),
        ("024 1234 5678", "phone", "02412345678"),
        ("000 000 000 001", "identity", "000000000001"),
        ("000000001", "old_identity", "000000001"),
    ],
)
def test_official_spelling(text: str, kind: str, value: str) -> None:
    assert [(code.kind, code.value) for code in find_codes(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "tôi sinh năm 1990, nhà số 12",
        "ngày 20.10.2024 có 3 người",
        "H56.14-241345-0001",
        "pa hành động",
        "lệ phí 100.000 đồng",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert find_codes(text) == ()


def test_several_codes_with_their_places() -> None:
    assert find_codes("hồ sơ H56.14-240823-0001 của số 0900000012") == (
        Code(6, 24, "dossier", "H56.14-240823-0001"),
        Code(32, 42, "phone", "0900000012"),
    )


@given(st.text(alphabet="H5614.-0 aPA7k", max_size=60))
def test_codes_never_overlap(text: str) -> None:
    codes = find_codes(text)
    assert all(left.end <= right.start for left, right in pairwise(codes))
