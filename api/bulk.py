"""Bodies of many records: unpacked and cut into records as they come in, so that none has to fit into memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator
from typing import Protocol

PACKED_BYTES = 512 * 2**20
"""Largest body as it is sent."""
UNPACKED_BYTES = 2 * 2**30
"""Largest body after unpacking."""
_RATIO = 100
"""JSON lines shrink to a tenth or a thirtieth; what grows more, after the first bytes, was made to do harm."""
_RATIO_FROM = 16 * 2**20
_GZIP = zlib.MAX_WBITS | 16
_STEP = 2**16
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"


class BrokenBody(ValueError):
    """The body cannot be read any further; what came before stands."""


class BodyTooLarge(BrokenBody):
    """The body is over a limit, packed or unpacked."""


async def records(blocks: AsyncIterator[bytes], *, gzipped: bool, longest: int) -> AsyncIterator[list[bytes]]:
    """Cuts a JSON array, or JSON lines, into the JSON texts of its elements, some at a time, in order.

    A line of more than ``longest`` bytes comes out with more than that, but not whole. Raises ``BrokenBody`` for gzip
    that is damaged or cut off, and for an array that does not end, holds an element that is too long, or goes on after
    its end; ``BodyTooLarge`` over 512 MiB packed, over 2 GiB unpacked, or when it unpacks to far more than records do.
    """
    cutter: _Cutter | None = None
    start = b""
    async for block in _unpacked(_counted(blocks), gzipped=gzipped):
        if cutter is None:
            start += block
            first = start.removeprefix(_BOM).lstrip(_BLANK)[:1]
            if (not first or _BOM.startswith(start)) and len(start) < longest:
                continue
            cutter = _Array(longest) if first == b"[" else _Lines(longest)
            block, start = start.removeprefix(_BOM), b""
        yield cutter.feed(block)
    if cutter is None:
        cutter = _Lines(longest)
        yield cutter.feed(start.removeprefix(_BOM))
    yield cutter.end()


async def _counted(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for block in blocks:
        size += len(block)
        if size > PACKED_BYTES:
            raise BodyTooLarge(f"more than {PACKED_BYTES // 2**20} MiB")
        yield block


async def _unpacked(blocks: AsyncIterator[bytes], *, gzipped: bool) -> AsyncIterator[bytes]:
    if not gzipped:
        async for block in blocks:
            yield block
        return
    packed = unpacked = 0
    stream, begun = zlib.decompressobj(_GZIP), False
    async for block in blocks:
        packed += len(block)
        rest, more = block, bool(block)
        while more:
            try:
                out = stream.decompress(rest, _STEP)
            except zlib.error as error:
                raise BrokenBody("the gzip data is damaged") from error
            unpacked += len(out)
            if unpacked > UNPACKED_BYTES or unpacked > max(_RATIO_FROM, packed * _RATIO):
                raise BodyTooLarge("it unpacks to more than is taken")
            yield out
            if stream.eof:  # a further member may follow (RFC 1952, 2.2)
                rest, stream = stream.unused_data, zlib.decompressobj(_GZIP)
                begun = more = bool(rest)
            else:
                rest, begun = stream.unconsumed_tail, True
                more = bool(rest) or len(out) == _STEP
    if begun or not packed:
        raise BrokenBody("the gzip data is cut off")


class _Cutter(Protocol):
    def feed(self, block: bytes) -> list[bytes]:
        """The records that ``block`` completes."""
        ...

    def end(self) -> list[bytes]:
        """The record that the end completes, if there is one."""
        ...


class _Lines:
    """One record per line; the last one needs no line feed."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""

    def feed(self, block: bytes) -> list[bytes]:
        *lines, rest = (self._rest + block).split(b"\n")
        self._rest = rest[: self._longest + 1]
        return lines

    def end(self) -> list[bytes]:
        return [self._rest] if self._rest else []


_SIGN = re.compile(rb'["{}\[\],]')
_SIGN_IN_STRING = re.compile(rb'["\\]')


class _Array:
    """The elements of a JSON array, found by their brackets, commas and quotes alone: each is read by itself later."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""
        self._at: int = 0
        self._depth = 0
        self._in_string = False
        self._ended = False

    def feed(self, block: bytes) -> list[bytes]:
        found: list[bytes] = []
        data, start = self._rest + block, 0
        while not self._ended and (sign := (_SIGN_IN_STRING if self._in_string else _SIGN).search(data, self._at)):
            self._at = sign.end()
            match sign[0]:
                case b'"':
                    self._in_string = not self._in_string
                case b"\\":
                    self._at += 1
                case b"[" | b"{":
                    self._depth += 1
                    if self._depth == 1:
                        start = self._at
                case b"]" | b"}":
                    self._depth -= 1
                    if self._depth == 0:
                        self._ended = True
                        last = data[start : sign.start()]
                        found += [last] if last.strip() else []
                        start = self._at
                case _ if self._depth == 1:
                    found.append(data[start : sign.start()])
                    start = self._at
                case _:
                    pass
        self._rest = data[start:].strip(_BLANK) if self._ended else data[start:]
        self._at = max(self._at, len(data)) - start
        if self._ended and self._rest:
            raise BrokenBody("something follows the end of the array")
        if len(self._rest) > self._longest:
            raise BrokenBody(f"an element of the array is longer than {self._longest // 2**10} KiB")
        return found

    def end(self) -> list[bytes]:
        if not self._ended:
            raise BrokenBody("the array does not end")
        return []
