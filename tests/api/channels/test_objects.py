from __future__ import annotations

import pytest

from api.channels.objects import json_object


class TestJsonObject:
    def test_reads_an_object(self) -> None:
        assert json_object('{"text": "lệ phí", "ids": [1]}'.encode()) == {"text": "lệ phí", "ids": [1]}

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"null", b'"x"', b'{"a": "\xff"}', b"\x00", b'{"a":' * 100_000, b"9" * 100_000]
    )
    def test_anything_else_is_none(self, body: bytes) -> None:
        assert json_object(body) is None
