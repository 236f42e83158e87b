from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import bulk
from api.bulk import BodyTooLarge, BrokenBody, records

LONGEST = 10_000
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(TEXTS | st.integers() | st.none(), lambda inner: st.dictionaries(TEXTS, inner, max_size=3))
OBJECTS = st.lists(st.dictionaries(TEXTS, VALUES | st.lists(VALUES, max_size=3), max_size=3), max_size=5)


async def cut(body: bytes, *, step: int = 7, gzipped: bool = False) -> list[bytes]:
    found: list[bytes] = []
    await cut_into(found, body, step=step, gzipped=gzipped)
    return found


async def cut_into(found: list[bytes], body: bytes, *, step: int = 7, gzipped: bool = False) -> None:
    async def blocks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), step):
            yield body[start : start + step]

    async for some in records(blocks(), gzipped=gzipped, longest=LONGEST):
        found += some


@given(objects=OBJECTS, step=st.integers(1, 50), plain=st.booleans(), packed=st.booleans())
async def test_arrays_and_lines_come_out_as_they_went_in(
    objects: list[dict[str, Any]], step: int, plain: bool, packed: bool
) -> None:
    texts = [json.dumps(one, ensure_ascii=plain).encode() for one in objects]
    array, lines = b"[ " + b" ,\n".join(texts) + b"]\r\n", b"\n".join(texts)
    for body in (array, lines, lines + b"\n", b"\xef\xbb\xbf" + array, b"\xef\xbb\xbf" + lines):
        sent = gzip.compress(body, 1) if packed else body
        actual = [one.strip() for one in await cut(sent, step=step, gzipped=packed)]
        assert (actual if texts else b"".join(actual)) == (texts or b"")


async def test_empty_lines_count() -> None:
    assert await cut(b"\n{}\n\n{}") == [b"", b"{}", b"", b"{}"]


async def test_several_gzip_members_follow_each_other() -> None:
    assert await cut(gzip.compress(b"{}\n") + gzip.compress(b'{"a": 1}'), gzipped=True) == [b"{}", b'{"a": 1}']


async def test_gzip_that_needs_many_steps() -> None:
    lines = [b'{"n": %d}' % number for number in range(300_000)]
    assert await cut(gzip.compress(b"\n".join(lines)), step=2**20, gzipped=True) == lines


@pytest.mark.parametrize("size", [0, 1, 5, 12, -1])
async def test_gzip_that_is_cut_off(size: int) -> None:
    with pytest.raises(BrokenBody, match="cut off"):
        await cut(gzip.compress(b"{}\n" * 100)[:size], gzipped=True)


async def test_what_came_before_the_cut_stands() -> None:
    lines = [b'{"n": "%s"}' % zlib.crc32(b"%d" % number).to_bytes(4).hex().encode() for number in range(5000)]
    found: list[bytes] = []
    with pytest.raises(BrokenBody):
        await cut_into(found, gzip.compress(b"\n".join(lines))[:-5000], gzipped=True)
    assert 1000 < len(found) < 5000
    assert found == lines[: len(found)]


_PACKED = gzip.compress(b"{}", mtime=0)
"""Without the time, which would give the tests another name in every second and in every process that collects them."""


@pytest.mark.parametrize("body", [b"{}", _PACKED[:-8] + b"12345678", _PACKED + b"{}"])
async def test_gzip_that_is_damaged(body: bytes) -> None:
    with pytest.raises(BrokenBody, match="damaged"):
        await cut(body, gzipped=True)


async def test_a_bomb_is_put_out_before_it_goes_off() -> None:
    bomb = gzip.compress(b"\n" * 200 * 2**20)
    with pytest.raises(BodyTooLarge, match="unpacks"):
        await cut(bomb, step=2**16, gzipped=True)


@pytest.mark.parametrize("packed", [True, False])
async def test_the_limits_on_size(monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr(bulk, "UNPACKED_BYTES" if packed else "PACKED_BYTES", 50)
    assert len(await cut(gzip.compress(b"{}\n" * 10) if packed else b"{}\n" * 10, gzipped=packed)) == 10
    with pytest.raises(BodyTooLarge):
        await cut(gzip.compress(b"{}\n" * 20) if packed else b"{}\n" * 20, gzipped=packed)


async def test_a_line_that_is_too_long_does_not_stop_the_others() -> None:
    first, long, last = await cut(b"{}\n" + b"x" * 50_000 + b"\n{}\n")
    assert (first, last) == (b"{}", b"{}")
    assert LONGEST < len(long) < 2 * LONGEST


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'[{"a": 1}, {"a": 2}', "does not end"),
        (b'[{"a": 1}, {"a": "2}]', "does not end"),
        (b'[{"a": 1}, {"a": "' + b"x" * 20_000, "longer than"),
        (b'[{"a": 1}, {}]]', "follows"),
        (b'[{"a": 1}, {}] []', "follows"),
    ],
)
async def test_arrays_that_break_off(body: bytes, reason: str) -> None:
    found: list[bytes] = []
    with pytest.raises(BrokenBody, match=reason):
        await cut_into(found, body)
    assert found[0] == b'{"a": 1}'


async def test_an_element_that_is_no_json_does_not_stop_the_others() -> None:
    assert await cut(b'[{"a": }, {"b": "\xff"}, , {"c": "]\\""}]') == [
        b'{"a": }', b' {"b": "\xff"}', b" ", b' {"c": "]\\""}',
    ]  # fmt: skip
