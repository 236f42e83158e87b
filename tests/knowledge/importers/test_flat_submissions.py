from __future__ import annotations

import pytest

from knowledge.importers.flat_submissions import HEADER, Table, read_submissions
from knowledge.model import Submission, TimeUnit


def rows(body: str) -> list[tuple[str, float | None, list[int | None], str]]:
    return [
        (way.method.value, way.time.value if way.time else None, [fee.amount for fee in way.fees], way.description)
        for way in read_submissions(HEADER + body).submissions
    ]


def only(body: str) -> Submission:
    (way,) = read_submissions(HEADER + body).submissions
    return way


def test_every_way_in_order() -> None:
    assert rows(
        "Trực tuyến3 Ngày làm việc5,000 Việt Nam Đồng(/đèn)Trực tiếp2 GiờMiễn phíNộp tại bến."
        "Dịch vụ bưu chính1 ThángKhông có thông tin"
    ) == [("online", 3, [5_000], ""), ("direct", 2, [0], "Nộp tại bến."), ("postal", 1, [], "")]


def test_a_way_may_come_back_with_another_time() -> None:
    assert rows("Trực tiếp3 NgàyMiễn phíCấp mớiTrực tiếp5 NgàyMiễn phíCấp lại") == [
        ("direct", 3, [0], "Cấp mới"),
        ("direct", 5, [0], "Cấp lại"),
    ]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("Giờ", TimeUnit.HOUR), ("Ngày", TimeUnit.DAY), ("Ngày làm việc", TimeUnit.WORKING_DAY), ("Năm", TimeUnit.YEAR)],
)
def test_units(unit: str, expected: TimeUnit) -> None:
    time = only(f"Trực tiếp4 {unit}Miễn phí").time
    assert time is not None
    assert time.unit == expected


def test_ways_named_in_a_description_begin_no_row() -> None:
    body = "Trực tiếp5 NgàyMiễn phí- Trực tuyến: nộp trên mạng. - Trực tiếp: tại bến. Dịch vụ bưu chính công ích."
    assert len(read_submissions(body).submissions) == 1


class TestFees:
    def test_several_fees_of_one_way(self) -> None:
        way = only("Trực tiếp5 Ngày10,000 Việt Nam Đồng(đèn nhỏ)20,000 VNĐ(đèn lớn)Nộp tại bến.")
        assert [(fee.amount, fee.condition) for fee in way.fees] == [(10_000, "đèn nhỏ"), (20_000, "đèn lớn")]
        assert way.description == "Nộp tại bến."

    def test_parentheses_within_the_condition(self) -> None:
        way = only("Trực tiếp5 Ngày10,000 Việt Nam Đồng(đèn (loại a) nhỏ: a) giấy; b) lụa)Nộp tại bến.")
        assert (way.fees[0].condition, way.description) == ("đèn (loại a) nhỏ: a) giấy; b) lụa", "Nộp tại bến.")

    def test_a_closing_parenthesis_that_is_missing(self) -> None:
        way = only("Trực tiếp5 Ngày10,000 VNĐ(đồng/lần (miễn đến hết tháng 6)trong thời hạn 5 ngày")
        assert (way.fees[0].condition, way.description) == ("đồng/lần (miễn đến hết tháng 6", "trong thời hạn 5 ngày")

    def test_a_numbered_description_is_no_condition(self) -> None:
        way = only("Trực tiếp5 NgàyMiễn phí(i) Nộp đơn; (ii) Chờ.")
        assert (way.fees[0].condition, way.description) == ("", "(i) Nộp đơn; (ii) Chờ.")

    def test_a_description_that_begins_with_digits(self) -> None:
        assert rows("Trực tiếp5 NgàyMiễn phí05 ngày kể từ khi nộp") == [("direct", 5, [0], "05 ngày kể từ khi nộp")]


class TestTimeWithoutUnit:
    def test_tells_nothing(self) -> None:
        assert rows("Trực tuyến1Miễn phí") == [("online", None, [0], "")]

    @pytest.mark.parametrize(
        ("digits", "amount"), [("140,000", 40_000), ("1100,000", 100_000), ("11,500,000", 1_500_000)]
    )
    def test_is_not_part_of_the_amount_behind_it(self, digits: str, amount: int) -> None:
        assert rows(f"Trực tiếp{digits} Việt Nam Đồng(mỗi xe)") == [("direct", None, [amount], "")]

    def test_leaves_the_amount_open_where_it_can_be_read_in_two_ways(self) -> None:
        assert rows("Trực tiếp1120,000 Việt Nam Đồng") == [("direct", None, [None], "")]


def test_a_time_in_words_goes_to_the_description() -> None:
    assert rows("Trực tiếpHệ thống trả lời tự độngMiễn phíNộp tại bến.") == [
        ("direct", None, [0], "Hệ thống trả lời tự động. Nộp tại bến.")
    ]


@pytest.mark.parametrize("text", ["", HEADER, "Không có thông tin"])
def test_nothing_said(text: str) -> None:
    assert read_submissions(text) == Table(())


def test_what_is_no_row_is_given_back() -> None:
    assert read_submissions(HEADER + "Xem thông báo").rest == "Xem thông báo"


def test_doubled_parentheses() -> None:
    way = only("Trực tiếp5 NgàyMiễn phí((Mức thu do tỉnh quy định.))Nộp tại bến.")
    assert (way.fees[0].condition, way.description) == ("Mức thu do tỉnh quy định.", "Nộp tại bến.")
