"""clamd's INSTREAM command as clamd(8) describes it, with its test virus and its size limit."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """Counts the bytes it was sent; ``limit`` is its StreamMaxLength."""

    def __init__(self, limit: int = 25 * 2**20) -> None:
        self.address = ""
        self.received: list[int] = []
        self._limit = limit

    @classmethod
    @asynccontextmanager
    async def running(cls, socket: Path | None = None, limit: int = 25 * 2**20) -> AsyncGenerator[FakeClamd]:
        """A daemon on a TCP port, or on a Unix socket."""
        fake = cls(limit)
        if socket is None:
            server = await asyncio.start_server(fake._serve, "127.0.0.1", 0)
            fake.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        else:
            server = await asyncio.start_unix_server(fake._serve, socket)
            fake.address = f"unix:{socket}"
        async with server:
            yield fake

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        answer = await self._scan(reader) if command == b"zINSTREAM\0" else b"UNKNOWN COMMAND"
        writer.write(answer + b"\0")
        await writer.drain()
        writer.close()

    async def _scan(self, reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
            if len(content) > self._limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.received.append(len(content))
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"stream: OK"
