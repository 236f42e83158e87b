from __future__ import annotations

import pytest

from knowledge.model import Document, Duration, Fee, FeeKind, TimeUnit
from knowledge.wording import (
    ITEM_BUDGET,
    LIST_BUDGET,
    about_time,
    bullets,
    copies,
    duration,
    enumerate_words,
    fee,
    form_note,
    lower_first,
    money,
    sentence,
    shorten,
    tidy,
    title,
)


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        (10_000, "VND", "10.000 đồng"),
        (1_025_000, "VND", "1.025.000 đồng"),
        (30, "USD", "30 USD"),
        (0, "VND", "miễn phí"),
    ],
)
def test_money(amount: int, currency: str, told: str) -> None:
    assert money(amount, currency) == told


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (7, TimeUnit.WORKING_DAY, "7 ngày làm việc"),
        (1.5, TimeUnit.DAY, "1,5 ngày"),
        (8, TimeUnit.WORKING_HOUR, "8 giờ làm việc"),
        (1, TimeUnit.MONTH, "1 tháng"),
        (2, TimeUnit.YEAR, "2 năm"),
        (24, TimeUnit.HOUR, "24 giờ"),
    ],
)
def test_duration(value: float, unit: TimeUnit, told: str) -> None:
    assert duration(Duration(value=value, unit=unit)) == told


@pytest.mark.parametrize(
    ("charge", "told"),
    [
        (Fee(amount=0), "miễn phí"),
        (Fee(amount=10_000), "lệ phí 10.000 đồng"),
        (Fee(amount=10_000, condition="Mỗi bản"), "lệ phí 10.000 đồng (mỗi bản)"),
        (Fee(amount=10_000, condition="/hồ sơ."), "lệ phí 10.000 đồng/hồ sơ"),
        (Fee(kind=FeeKind.OTHER, amount=70_000, condition="70.000 đồng/giấy"), "mức thu: 70.000 đồng/giấy"),
        (Fee(kind=FeeKind.CHARGE, amount=70_000, condition="Phí cấp: 70.000đ"), "phí cấp: 70.000đ"),
        (Fee(amount=7_000, condition="gồm 170.000 đồng ký quỹ"), "lệ phí 7.000 đồng (gồm 170.000 đồng ký quỹ)"),
        (Fee(condition="Theo quyết định của tỉnh"), "lệ phí: theo quyết định của tỉnh"),
        (Fee(kind=FeeKind.OTHER, condition="Mức thu do tỉnh quy định"), "mức thu do tỉnh quy định"),
        (Fee(kind=FeeKind.OTHER, condition="Chưa quy định"), "nguồn ghi “chưa quy định” mức thu"),
        (Fee(), "lệ phí chưa ghi số tiền"),
    ],
)
def test_fee(charge: Fee, told: str) -> None:
    assert fee(charge) == told


def test_copies_count_only_what_there_is() -> None:
    counts = [Document(name="Đơn", originals=a, copies=b) for a, b in ((1, 1), (2, 0), (0, 3), (0, 0))]
    assert [copies(count) for count in counts] == ["1 bản chính, 1 bản sao", "2 bản chính", "3 bản sao", ""]


def test_file_names_of_forms_are_not_read_out() -> None:
    assert (form_note(["Mau02.docx"]), form_note(["Mẫu CT01", "x.pdf"]), form_note([])) == (
        "có mẫu ở trang nguồn",
        "mẫu: Mẫu CT01",
        "",
    )


def test_enumerate_words() -> None:
    assert [enumerate_words(words) for words in (["a"], ["a", "b"], ["a", "b", "c"], [])] == [
        "a",
        "a và b",
        "a, b và c",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  - Đơn   xin\n thả đèn ;", "Đơn xin thả đèn"),
        ("+ (i) Đơn ( bản mới ) , ảnh", "Đơn (bản mới), ảnh"),
        ("a) Giấy tờ phải nộp:", "Giấy tờ phải nộp"),
        ("1. Nộp đơn", "Nộp đơn"),
        ("1.5 ngày", "1.5 ngày"),
        ("* Lưu ý", "Lưu ý"),
        ("CẤP GIẤY PHÉP THẢ ĐÈN TẠI VIỆT NAM", "Cấp giấy phép thả đèn tại Việt Nam"),
        ("GIẤY CHỨNG NHẬN CỦA UBND THEO MẪU 02/NTNN", "Giấy chứng nhận của UBND theo mẫu 02/NTNN"),
        ("Cục THADS", "Cục THADS"),
        ("o tô", "o tô"),
    ],
)
def test_tidy(text: str, told: str) -> None:
    assert tidy(text) == told


def test_lower_first_keeps_abbreviations() -> None:
    assert (lower_first("Đơn xin"), lower_first("UBND xã"), lower_first("")) == ("đơn xin", "UBND xã", "")


def test_sentence_ends_once() -> None:
    assert [sentence(text) for text in ("Xong", "Xong..", "Rồi…", "Sao?")] == ["Xong.", "Xong.", "Rồi…", "Sao?"]


def test_title_stands_after_the_word_thu_tuc() -> None:
    assert (title("Thủ tục cấp thẻ."), title("Cấp thẻ")) == ("cấp thẻ", "Cấp thẻ")


def test_about_time_keeps_the_sentences_that_speak_of_it() -> None:
    text = "Nộp hồ sơ tại bộ phận một cửa của Sở Xây dựng hoặc trên mạng.\n- Thời hạn: 5 ngày kể từ khi đủ hồ sơ."
    assert about_time(text) == "- Thời hạn: 5 ngày kể từ khi đủ hồ sơ."
    assert about_time("Tại bến") == "Tại bến"


def test_shorten_cuts_between_words() -> None:
    assert (shorten("một hai ba", 8), shorten("một hai", 8)) == ("một hai…", "một hai")


class TestBullets:
    def test_short_lists_stand_whole(self) -> None:
        assert bullets(["đơn", "ảnh"], "giấy tờ") == "• Đơn\n• Ảnh"

    def test_numbers(self) -> None:
        assert bullets(["nộp", "chờ"], "bước", numbered=True) == "1. Nộp\n2. Chờ"

    def test_long_lists_say_how_many_more(self) -> None:
        told = bullets([f"giấy tờ {number} " + "x" * 90 for number in range(30)], "giấy tờ")
        shown = told.count("•")
        assert told.endswith(f"… còn {30 - shown} giấy tờ nữa, anh/chị xem đầy đủ ở trang nguồn bên dưới ạ.")
        assert LIST_BUDGET - 200 < len(told) < LIST_BUDGET + 100

    def test_one_endless_item_is_shown_in_part(self) -> None:
        assert len(bullets(["x " * 5_000], "giấy tờ")) <= ITEM_BUDGET + 3
