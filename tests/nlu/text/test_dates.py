import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text.dates import find_dates

TODAY = dt.date(2026, 11, 25)


def values(text: str) -> list[str]:
    return [date.value for date in find_dates(text, TODAY)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hôm qua", "2026-11-24"),
        ("mùng 3 tháng 9", "2026-09-03"),
        ("thứ hai tuần trước", "2026-11-16"),
        ("khoảng hai tuần nay", "2026-11-11/2026-11-25"),
        ("từ 15/11 đến 20/11", "2026-11-15/2026-11-20"),
        ("ngày 5/1", "2027-01-05"),
        ("tháng 9 năm ngoái", "2025-09"),
        ("năm hai nghìn không trăm hai mươi", "2020"),
    ],
)
def test_dates(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    "text",
    ["ngày 31/2", "tôi qua phường hỏi", "chị Mai", "hai mốt", "đường 3/2", "5 ngày làm việc", "thứ bảy có làm không"],
)
def test_no_dates(text: str) -> None:
    assert values(text) == []


@given(st.text(alphabet="0123456789/. ngàythánămhôquaứ", max_size=40))
def test_any_text_is_read(text: str) -> None:
    for date in find_dates(text, TODAY):
        assert date.start < date.end
