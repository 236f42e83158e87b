import pytest

from nlu.text.numerals import number, value


@pytest.mark.parametrize(
    ("words", "digits", "length"),
    [
        ("hai mươi chín gạch", "29", 3),
        ("mười", "10", 1),
        ("hăm ba", "23", 2),
        ("không trăm linh một", "001", 4),
        ("hai trăm", "200", 2),
        ("một nghìn hai trăm ba mươi bốn", "1234", 7),
        ("ba số không", "000", 3),
        ("bốn số cuối", "", 0),
        ("tám", "8", 1),
        ("gạch", "", 0),
        ("", "", 0),
    ],
)
def test_digits_as_they_are_heard(words: str, digits: str, length: int) -> None:
    assert number(words.split()) == (digits, length)


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("hai nghìn không trăm hai mươi sáu", 2026),
        ("hai nghìn ba", 2300),
        ("hai ngàn lẻ năm", 2005),
        ("năm trăm nghìn", 500_000),
        ("chín mươi chín", 99),
        ("hai người", None),
        ("", None),
    ],
)
def test_one_number(words: str, amount: int | None) -> None:
    assert value(words.split()) == amount
