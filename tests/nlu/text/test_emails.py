from __future__ import annotations

import pytest

from nlu.text.emails import emails_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gui ve thu.lan@example.com.vn giup em", ["thu.lan@example.com.vn"]),
        ("mail thu99 (at) example (dot) com", ["thu99 (at) example (dot) com"]),
        ("email em la lan thu a cong go meo cham com", ["lan thu a cong go meo cham com"]),
        ("thu lan a cong xa mau cham gov cham vn", ["thu lan a cong xa mau cham gov cham vn"]),
        ("a1@example.com, b2@example.com", ["a1@example.com", "b2@example.com"]),
        ("thu99 gmail com", ["thu99 gmail com"]),
        ("mo www.example.com khong len", []),
        ("a cong la phim nao", []),
    ],
)
def test_addresses_are_found_as_written_and_as_said(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in emails_in(text)] == expected
