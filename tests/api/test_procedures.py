from __future__ import annotations

import httpx
import pytest

from tests.stack import Stack


def test_search_finds_a_need_in_everyday_words(stack: Stack) -> None:
    found = httpx.get(f"{stack.url}/api/v1/procedures", params={"q": "lam giay khai sinh cho be", "limit": 3}).json()
    assert found["results"][0]["code"] == "1.001193"
    assert set(found["results"][0]) == {"code", "name", "score", "level", "agency", "field", "also"}
    assert len(found["results"]) <= 3


def test_one_procedure_structured(stack: Stack) -> None:
    procedure = httpx.get(f"{stack.url}/api/v1/procedures/1.004222").json()
    assert procedure["name"] == "Đăng ký thường trú"
    assert {submission["method"] for submission in procedure["submissions"]} >= {"online", "direct"}
    assert procedure["source"]["url"].startswith("https://")


def test_a_local_code_leads_to_its_procedure(stack: Stack) -> None:
    local = httpx.get(f"{stack.url}/api/v1/procedures/1.004222.000.00.00.H40").json()
    assert local["code"] == "1.004222"


@pytest.mark.parametrize("code", ["9.999999", "x", "..%2F..%2Fetc", "1.004222'--"])
def test_unknown_codes(stack: Stack, code: str) -> None:
    assert httpx.get(f"{stack.url}/api/v1/procedures/{code}").status_code == 404


@pytest.mark.parametrize(
    "parameters", [{}, {"q": ""}, {"q": "a" * 501}, {"q": "a", "limit": 0}, {"q": "a", "level": "x"}]
)
def test_searches_that_cannot_be_made(stack: Stack, parameters: dict[str, str]) -> None:
    answer = httpx.get(f"{stack.url}/api/v1/procedures", params=parameters)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"
