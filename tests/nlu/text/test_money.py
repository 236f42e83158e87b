import pytest

from nlu.text.money import find_money


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("phạt 1tr5", 1_500_000),
        ("2 triệu rưỡi", 2_500_000),
        ("năm trăm ngàn", 500_000),
        ("50.000đ", 50_000),
        ("35 củ", 35_000_000),
        ("2 tỷ 3", 2_300_000_000),
        ("12 triệu 500 nghìn", 12_500_000),
        ("4 triệu một tháng", 4_000_000),
        ("20 nghìn một bản", 20_000),
    ],
)
def test_sums(text: str, dong: int) -> None:
    assert [money.dong for money in find_money(text)] == [dong]


@pytest.mark.parametrize(
    "text",
    ["sinh năm 2026 k có", "một nghìn hai trăm mét vuông", "hai nghìn không trăm hai mươi", "ba người", "công ty", ""],
)
def test_other_numbers_are_no_sums(text: str) -> None:
    assert list(find_money(text)) == []
