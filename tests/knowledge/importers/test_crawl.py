from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.importers.crawl import CrawlRecord, read_record
from knowledge.importers.detect import read
from knowledge.model import (
    NO_CONDITIONS,
    Document,
    Duration,
    Fee,
    FeeKind,
    LegalBasis,
    Level,
    Procedure,
    Step,
    SubmissionMethod,
    TimeUnit,
)

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def entries() -> list[Procedure]:
    read_entries = list(read(DATA / "crawl.jsonl"))
    return [entry for entry in read_entries if isinstance(entry, Procedure)]


def test_plain_fields(entries: list[Procedure]) -> None:
    first, second = entries
    assert (first.code, first.name, first.field) == ("9.100001", "Thủ tục đăng ký thả đèn trời", "Bầu trời")
    assert (first.agency, first.levels) == ("Bộ Xây dựng", (Level.PROVINCE, Level.COMMUNE))
    assert first.subjects == ("Công dân Việt Nam", "Hợp tác xã")
    assert first.executing_agencies == ("Sở Xây dựng", "Ủy ban nhân dân cấp xã")
    assert (first.source.kind, first.source.decision, first.source.checked_on) == ("crawl", "12/QĐ-BXD", None)
    assert (second.authority, second.receiving_address) == ("Phòng Quản lý đô thị", "Số 1 đường Gió")


def test_submissions(entries: list[Procedure]) -> None:
    online, direct, postal = entries[0].submissions
    assert online.time == Duration(value=3, unit=TimeUnit.WORKING_DAY)
    assert online.fees == (Fee(kind=FeeKind.OTHER, amount=5_000, condition="/chiếc đèn"),)
    assert direct.time == Duration(value=1.5, unit=TimeUnit.DAY)
    assert direct.fees == (
        Fee(kind=FeeKind.FEE, amount=10_000, condition="Lệ phí: 10.000 đồng/chiếc đèn"),
        Fee(kind=FeeKind.CHARGE, amount=20_000, condition="Phí soi gió"),
    )
    assert direct.description == "Thời hạn tính từ ngày nhận đủ hồ sơ."
    assert (postal.method, postal.fees) == (SubmissionMethod.POSTAL, ())


def test_a_number_of_time_without_unit_is_not_taken_for_money(entries: list[Procedure]) -> None:
    direct, online, postal = entries[1].submissions
    assert (direct.time, [fee.amount for fee in direct.fees]) == (None, [40_000])
    assert [fee.amount for fee in online.fees] == [None]
    assert (postal.time, postal.fees[0].amount) == (Duration(value=2, unit=TimeUnit.HOUR), 0)


def test_papers(entries: list[Procedure]) -> None:
    assert [(case.name, case.documents) for case in entries[0].cases] == [
        (
            "",
            (
                Document(name="Đơn xin thả đèn theo Mẫu số 7", originals=1, forms=("Mẫu số 07.docx",)),
                Document(name="Ảnh chiếc đèn (01 bản chính kèm 02 bản sao)", originals=1, copies=2),
            ),
        ),
        ("Trường hợp thả quá mười đèn", (Document(name="Phương án chữa cháy", originals=1),)),
    ]


def test_steps_conditions_results_and_laws(entries: list[Procedure]) -> None:
    first, second = entries
    assert [step.name for step in first.steps] == ["Bước 1", "Bước 2", "Bước 3"]
    assert first.steps[1].description == "Cơ quan xem gió.\n- Gió to thì từ chối."
    assert first.conditions == (NO_CONDITIONS,)
    assert first.results == ("Giấy phép thả đèn", "Văn bản từ chối")
    assert [basis.number for basis in first.legal_bases] == ["98/2021/QH15", "77/2022/NĐ-CP", "03/2023/TT-BXD"]
    assert first.legal_bases[2] == LegalBasis(number="03/2023/TT-BXD", title="quy định về gió")
    assert (second.conditions, second.legal_bases, second.cases) == ((), (), ())
    assert second.results == ("Giấy phép cấp lại",)


def test_the_district_level_is_kept(entries: list[Procedure]) -> None:
    assert entries[1].levels == (Level.DISTRICT,)


def test_words_instead_of_a_table_are_kept_as_a_step() -> None:
    record = CrawlRecord(ma_thu_tuc="9.100003", ten_thu_tuc="Thả đèn", cach_thuc_thuc_hien="Xem thông báo ở bến.")
    assert read_record(record).steps == (Step(name="Cách thức thực hiện", description="Xem thông báo ở bến."),)


def test_steps_that_the_crawler_cut_are_joined() -> None:
    record = CrawlRecord(
        ma_thu_tuc="9.100003",
        ten_thu_tuc="Thả đèn",
        trinh_tu_thuc_hien="Bước 1: Lập hồ sơ theo mục",
        thanh_phan_ho_so=" và nộp ở bến.\nBước 2: Chờ.",
    )
    assert [step.description for step in read_record(record).steps] == [
        "Lập hồ sơ theo mục “Thành phần hồ sơ” và nộp ở bến.",
        "Chờ.",
    ]
