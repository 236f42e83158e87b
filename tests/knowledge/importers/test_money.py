from __future__ import annotations

import pytest

from knowledge.importers.money import fee, fee_in_words, single_sum
from knowledge.model import Fee, FeeKind


class TestFee:
    def test_an_amount_with_its_condition(self) -> None:
        assert fee(10_000, "VND", " /chiếc\n đèn") == Fee(kind=FeeKind.OTHER, amount=10_000, condition="/chiếc đèn")

    @pytest.mark.parametrize(
        ("words", "kind"),
        [
            ("Lệ phí cấp thẻ", FeeKind.FEE),
            ("- Phí thẩm định", FeeKind.CHARGE),
            ("Phí, lệ phí", FeeKind.OTHER),
            ("", FeeKind.OTHER),
        ],
    )
    def test_the_kind_follows_from_the_first_word(self, words: str, kind: FeeKind) -> None:
        assert fee(10_000, "VND", words).kind == kind

    @pytest.mark.parametrize("words", ["", "Không", "Miễn lệ phí (Thông tư số 1)", "không thu phí cấp lại"])
    def test_nothing_to_pay(self, words: str) -> None:
        assert fee(0, "VND", words).amount == 0

    @pytest.mark.parametrize(
        "words",
        [
            "Theo quy định của Hội đồng nhân dân tỉnh",
            "Không quy định",
            "Đèn nhỏ: 4.000 đồng; đèn lớn: 8.000 đồng",
            "Miễn lệ phí cho người thuộc hộ nghèo",
            "Miễn lệ phí nộp đơn; phí soi gió: 9.000 đồng",
        ],
    )
    def test_zero_beside_words_of_a_charge_is_not_free(self, words: str) -> None:
        assert fee(0, "VND", words) == Fee(kind=fee(0, "VND", words).kind, amount=None, condition=words)

    def test_zero_beside_exactly_one_sum_is_that_sum(self) -> None:
        assert fee(0, "VND", "Phí công bố: 100.000 đồng/lần").amount == 100_000

    def test_less_than_a_thousand_dong_is_doubted(self) -> None:
        assert fee(25, "VND", "") == Fee(kind=FeeKind.OTHER, condition="nguồn ghi 25 đồng, chưa rõ đơn vị")

    def test_thousands_are_believed_when_the_words_say_the_same(self) -> None:
        assert fee(20, "VND", "20.000 đ/tờ khai").amount == 20_000

    def test_small_amounts_of_other_currencies_stand(self) -> None:
        assert fee(10, "USD", "/bản") == Fee(kind=FeeKind.OTHER, amount=10, currency="USD", condition="/bản")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("50.000 đồng/lần", 50_000),
        ("5.000.000đồng/lần cấp.", 5_000_000),
        ("phí 50.000 đ, tức 50.000 đồng", 50_000),
        ("20.000 đồng hoặc 30.000 đồng", None),
        ("bằng 50.000 đồng", None),
        ("50.000 đồng, giảm 50%", None),
        ("2,1 tỷ đồng", None),
        ("8.000.000/lần", None),
        ("Thông tư số 85/2019/TT-BTC", None),
    ],
)
def test_single_sum(words: str, expected: int | None) -> None:
    assert single_sum(words) == expected


def test_words_alone_are_kept() -> None:
    assert fee_in_words("Lệ phí theo biểu giá") == Fee(kind=FeeKind.FEE, condition="Lệ phí theo biểu giá")
