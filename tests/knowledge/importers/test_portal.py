from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from knowledge.importers.detect import read
from knowledge.importers.portal import PortalRecord, read_record
from knowledge.model import (
    Case,
    Document,
    Duration,
    Fee,
    FeeKind,
    LegalBasis,
    Level,
    Procedure,
    State,
    Step,
    Submission,
    SubmissionMethod,
    TimeUnit,
)

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def entries() -> list[Procedure]:
    return [entry for entry in read(DATA / "portal.json") if isinstance(entry, Procedure)]


def test_plain_fields(entries: list[Procedure]) -> None:
    first = entries[0]
    assert (first.code, first.name, first.field) == ("9.300001", "Cấp thẻ thuyền thúng", "Ghe thuyền")
    assert (first.agency, first.levels, first.subjects) == ("Bộ Xây dựng", (Level.COMMUNE,), ("Công dân Việt Nam",))
    assert (first.executing_agencies, first.results) == (("Ủy ban nhân dân cấp xã",), ("Thẻ thuyền thúng",))
    assert first.steps == (Step(name="Bước 1", description="Đóng thúng."),)
    assert first.legal_bases == (LegalBasis(number="10/2025/NĐ-CP", title="Nghị định về thúng"),)
    assert first.conditions == ("Biết bơi.",)


def test_submissions(entries: list[Procedure]) -> None:
    assert entries[0].submissions == (
        Submission(
            method=SubmissionMethod.ONLINE,
            time=Duration(value=5, unit=TimeUnit.WORKING_DAY),
            fees=(Fee(kind=FeeKind.OTHER, amount=30_000, condition="mỗi thẻ"),),
        ),
        Submission(
            method=SubmissionMethod.DIRECT,
            fees=(Fee(kind=FeeKind.OTHER, amount=0),),
            description="Làm ngay tại bến",
        ),
    )


def test_cases(entries: list[Procedure]) -> None:
    assert entries[0].cases == (
        Case(name="Thúng tre", documents=(Document(name="Đơn xin thẻ", originals=1, forms=("Don.docx",)),)),
        Case(name="Thúng nhựa", documents=(Document(name="Hóa đơn mua thúng", copies=1),)),
    )


def test_the_source_has_the_day_of_the_last_change_in_vietnam(entries: list[Procedure]) -> None:
    source = entries[0].source
    assert (source.kind, source.decision, source.checked_on) == ("portal", "7/QĐ-BXD", dt.date(2026, 1, 1))
    assert source.url.endswith("/00000000-0000-0000-0000-000000000001")
    assert (entries[1].source.url, entries[1].source.checked_on) == ("", None)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("ACTIVE", State.ACTIVE),
        ("", State.ACTIVE),
        ("REPLACED", State.SUPERSEDED),
        ("CANCELLED", State.WITHDRAWN),
        ("DRAFT", State.WITHDRAWN),
    ],
)
def test_state(name: str, state: State) -> None:
    record = PortalRecord.model_validate({"code": "9.300003", "name": "Cấp thẻ", "state": name})
    assert read_record(record).state == state


@pytest.mark.parametrize(
    ("charge", "fees"),
    [
        ({"value": 1.5, "currencyId": "USD"}, (Fee(kind=FeeKind.OTHER, condition="1.5 USD"),)),
        ({"value": 5, "currencyId": "USD"}, (Fee(kind=FeeKind.OTHER, amount=5, currency="USD"),)),
        ({"value": 5, "currencyId": "vàng"}, (Fee(kind=FeeKind.OTHER, condition="5 vàng"),)),
        ({"value": None, "description": "Theo biểu giá"}, (Fee(kind=FeeKind.OTHER, condition="Theo biểu giá"),)),
        ({"value": None}, ()),
    ],
)
def test_fees_that_are_no_whole_dong(charge: dict[str, object], fees: tuple[Fee, ...]) -> None:
    method = {"submissionMethod": "DIRECT", "fees": [charge]}
    record = PortalRecord.model_validate({"code": "9.300003", "name": "Cấp thẻ", "executionMethods": [method]})
    assert read_record(record).submissions[0].fees == fees
