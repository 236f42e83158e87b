from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.importers.detect import read
from knowledge.model import Document, Duration, Fee, FeeKind, LegalBasis, Level, Procedure, Submission, TimeUnit

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def entry() -> Procedure:
    (found,) = read(DATA / "word.jsonl")
    assert isinstance(found, Procedure)
    return found


def test_plain_fields(entry: Procedure) -> None:
    assert (entry.code, entry.name, entry.field) == ("9.200001", "Thủ tục mượn chiêng cổ", "Nhạc khí")
    assert (entry.agency, entry.source.decision) == ("Bộ Quốc phòng", "55/QĐ-BQP")
    assert entry.levels == (Level.MINISTRY, Level.COMMUNE)
    assert (entry.executing_agencies, entry.authority) == (("Nhà kho số 9",), "")
    assert [step.name for step in entry.steps] == ["Bước 1", "Bước 2"]
    assert entry.conditions == ("- Biết đánh chiêng.", "- Không làm ồn ban đêm.")
    assert entry.results == ("Phiếu mượn", "Giấy hẹn trả")


def test_several_fees_of_one_way(entry: Procedure) -> None:
    direct = entry.submissions[0]
    assert direct.time == Duration(value=7, unit=TimeUnit.WORKING_DAY)
    assert direct.fees == (
        Fee(kind=FeeKind.CHARGE, amount=2_000_000, condition="Chiêng lớn"),
        Fee(kind=FeeKind.FEE, amount=50_000, condition="Chiêng nhỏ"),
    )


def test_a_time_in_words_and_a_broken_amount_stay_as_words(entry: Procedure) -> None:
    online = entry.submissions[1]
    assert (online.time, online.description) == (None, "Trước khi mở hội\nGửi qua thư điện tử")
    assert online.fees == (Fee(kind=FeeKind.FEE, condition="1.5 USD"),)


def test_no_time_set_and_nothing_to_pay(entry: Procedure) -> None:
    postal = entry.submissions[2]
    assert postal == Submission(method=postal.method, fees=(Fee(kind=FeeKind.CHARGE, amount=0),))


def test_papers_and_laws(entry: Procedure) -> None:
    assert entry.cases[0].documents == (
        Document(name="Đơn mượn chiêng", originals=1, forms=("Mẫu 01.docx",)),
        Document(name="Giấy giới thiệu", copies=2),
    )
    assert entry.legal_bases == (LegalBasis(number="9/2024/TT-BQP", title="Quy định về chiêng"),)
