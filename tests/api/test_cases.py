from __future__ import annotations

import uuid

import httpx
import pytest

from motcua import demo
from tests.stack import Stack


def test_feedback_is_filed_and_followed(stack: Stack) -> None:
    report = {"description": "Đèn đường hỏng", "address_string": "Ngõ 5", "phone": "0900000077"}
    filed = httpx.post(f"{stack.url}/api/v1/feedback", json=report)
    assert filed.status_code == 201
    case = httpx.get(f"{stack.url}/api/v1/feedback/{filed.json()['tracking_code'].lower()}").json()
    assert (case["status"], case["due"]) == ("open", filed.json()["due"])
    assert "0900000077" not in str(case)
    assert "Đèn đường" not in str(case)


def test_an_idempotency_key_files_once(stack: Stack) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"description": "Rác thải"}
    receipts = [httpx.post(f"{stack.url}/api/v1/feedback", json=body, headers=headers).json() for _ in range(2)]
    assert receipts[0] == receipts[1]


def test_a_key_that_somebody_else_used_gives_no_receipt_of_theirs(stack: Stack) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    codes = [
        httpx.post(f"{stack.url}/api/v1/feedback", json={"description": what}, headers=headers).json()["tracking_code"]
        for what in ("Rác thải", "Đèn hỏng", "Rác thải")
    ]
    assert codes[0] == codes[2] != codes[1]


@pytest.mark.parametrize(
    "body", [{}, {"description": " "}, {"description": ""}, {"description": "x" * 4001}, {"description": 5}]
)
def test_feedback_that_cannot_be_taken(stack: Stack, body: dict[str, object]) -> None:
    assert httpx.post(f"{stack.url}/api/v1/feedback", json=body).status_code == 422


def test_unknown_tracking_code(stack: Stack) -> None:
    answer = httpx.get(f"{stack.url}/api/v1/feedback/PA-ZZZZ-ZZZZ")
    assert answer.status_code == 404
    assert "PA-XXXX-XXXX" in answer.json()["error"]["message"]


def test_a_dossier_opens_with_the_second_factor(stack: Stack) -> None:
    code, digits, name = demo.known()[2]
    dossier = httpx.get(f"{stack.url}/api/v1/dossiers/{code}", params={"verify": digits}).json()
    assert (dossier["code"], dossier["procedure_name"], dossier["state"]) == (code, name, 5)
    assert dossier["demonstration"] is True
    assert dossier["missing"]
    assert "0900000" not in str(dossier)


def test_wrong_digits_and_unknown_codes_look_the_same(stack: Stack) -> None:
    code = demo.known()[5][0]
    wrong = httpx.get(f"{stack.url}/api/v1/dossiers/{code}", params={"verify": "1111"})
    unknown = httpx.get(f"{stack.url}/api/v1/dossiers/H99.10-261102-9999", params={"verify": "1111"})
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.status_code == 404


def test_guessing_is_stopped(stack: Stack) -> None:
    code, digits, _ = demo.known()[6]
    address = f"{stack.url}/api/v1/dossiers/{code}"
    codes = [httpx.get(address, params={"verify": f"111{number}"}).status_code for number in range(6)]
    assert codes == [404] * 5 + [429]
    assert httpx.get(address, params={"verify": digits}).status_code == 429


@pytest.mark.parametrize("verify", [None, "", "123", "12345", "abcd", "١٢٣٤"])
def test_digits_that_are_none(stack: Stack, verify: str | None) -> None:
    parameters = {} if verify is None else {"verify": verify}
    address = f"{stack.url}/api/v1/dossiers/{demo.known()[0][0]}"
    assert httpx.get(address, params=parameters).status_code == 422
