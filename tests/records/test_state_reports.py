from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from nlu.text.codes import find_codes
from records.dossiers import DossierState
from records.state_reports import LONGEST_LINE, StateReport, read_report
from records.vault import Vault

CODE = "H99.14-240823-0001"
WELL = {"code": CODE, "state": 4, "time": "2024-08-23T09:30:00+07:00"}
VAULT = Vault(["a-secret-key-of-more-than-32-characters"])


def read(**changes: Any) -> StateReport | str:
    return read_report(json.dumps({**WELL, **changes}).encode())


def test_the_least_that_a_report_holds() -> None:
    report = read()
    assert isinstance(report, StateReport)
    assert (report.code, report.state) == (CODE, DossierState.PROCESSING)
    assert report.time == dt.datetime(2024, 8, 23, 2, 30, tzinfo=dt.UTC)
    assert report.day_of_code == dt.date(2024, 8, 23)
    assert report.details(VAULT) == {}


def test_numbers_are_kept_as_hashes_only() -> None:
    report = read(phone="+84 900 000 021", identity="000000004321", promised="2024-08-30", note="x")
    assert isinstance(report, StateReport)
    assert report.details(VAULT) == {
        "promised": "2024-08-30",
        "phone": VAULT.digest("second factor", f"{CODE} 0021").hex(),
        "identity": VAULT.digest("second factor", f"{CODE} 4321").hex(),
    }
    assert "0021" not in repr(report)
    assert "4321" not in repr(report)


@pytest.mark.parametrize(
    "code",
    [
        "H99.14-240823-0001",
        "000.00.04.G98-240823-0001",
        "G99.20-20260609-0092637",
        " h99.14-240823-0001 ",
        "H99-240823-001",
    ],
)
def test_codes_that_citizens_can_ask_for(code: str) -> None:
    report = read(code=code)
    assert isinstance(report, StateReport)
    assert [found.value for found in find_codes(code)] == [report.code]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "H99.14-241323-0001"}, "code: the date in it does not exist"),
        ({"code": "H99.14-0001"}, "code: expected a dossier code"),
        ({"code": 5}, "code: expected a dossier code"),
        ({"state": 0}, "state: expected a number from 1 to 10"),
        ({"state": 11}, "state: expected a number from 1 to 10"),
        ({"state": "4"}, "state: expected a number from 1 to 10"),
        ({"state": True}, "state: expected a number from 1 to 10"),
        ({"time": "2024-08-23T09:30:00"}, "time: expected ISO 8601 with an offset"),
        ({"time": 1724380200}, "time: expected ISO 8601 with an offset"),
        ({"time": "1999-12-31T00:00:00Z"}, "time: before 2000 or in the future"),
        ({"time": "2199-12-31T00:00:00Z"}, "time: before 2000 or in the future"),
        ({"promised": "30/08/2024"}, "promised: expected a date such as"),
        ({"procedure_code": "khai sinh"}, "procedure_code: expected a procedure code"),
        ({"procedure_name": ""}, "procedure_name: expected a text of 1 to 500"),
        ({"note": "a\0b"}, "note: expected a text of at most 2000"),
        ({"missing": ["x"] * 51}, "missing: expected a list of at most 50"),
        ({"fee_due": -1}, "fee_due: expected a whole number"),
        ({"fee_due": 1.5}, "fee_due: expected a whole number"),
        ({"phone": "goi 0900 000 021"}, "phone: expected a phone number"),
        ({"identity": "ABC"}, "identity: expected an identity number"),
        ({"procedurecode": "1.004222"}, "procedurecode: no such field"),
        ({"so 0900000021": 1}, "a name: no such field"),
    ],
)
def test_what_is_wrong_is_told_without_the_value(changes: dict[str, Any], reason: str) -> None:
    refused = read(**changes)
    assert isinstance(refused, str)
    assert refused.startswith(reason)
    assert "0900" not in refused


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{}", "code: is needed; state: is needed; time: is needed"),
        (b"[]", "expected a JSON object"),
        (b"5", "expected a JSON object"),
        (b'{"code": "H99', "Invalid JSON"),
        (b'{"code": "\xff"}', "Invalid JSON: invalid unicode code point"),
        (b'{"note": "\\ud800"}', "Invalid JSON"),
        (b" " * (LONGEST_LINE + 1), "longer than 64 KiB"),
    ],
)
def test_what_is_no_report_at_all(raw: bytes, reason: str) -> None:
    refused = read_report(raw)
    assert isinstance(refused, str)
    assert refused.startswith(reason)
