"""Asterisk's AudioSocket: one TCP connection per call, frames of kind (1 byte), length (2 bytes, big-endian), payload.

Source: https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from enum import IntEnum

from voice.telephony.line import Digit, Line, Sound

FIRST_FRAME_SECONDS = 5.0
SILENT_PEER_SECONDS = 30.0
"""Asterisk sends 50 frames a second for as long as the call lasts; a peer that says nothing for so long is gone."""


class Kind(IntEnum):
    """What a frame carries."""

    HANG_UP = 0x00
    IDENTIFIER = 0x01
    DIGIT = 0x03
    SOUND = 0x10
    """Signed linear, 16 bit, little-endian, 8 kHz, one channel."""
    ERROR = 0xFF


class ProtocolError(Exception):
    """The peer does not speak AudioSocket."""


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    """One frame as it goes over the wire."""
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next frame. Raises ``asyncio.IncompleteReadError`` at the end of the connection."""
    head = await reader.readexactly(3)
    return head[0], await reader.readexactly(int.from_bytes(head[1:], "big"))


async def read_identifier(reader: asyncio.StreamReader) -> uuid.UUID:
    """The call's UUID, which is the first frame. Raises ``ProtocolError``."""
    try:
        kind, payload = await asyncio.wait_for(read_frame(reader), FIRST_FRAME_SECONDS)
    except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
        raise ProtocolError("no first frame") from error
    if kind != Kind.IDENTIFIER or len(payload) != 16:
        raise ProtocolError("the first frame is no UUID")
    return uuid.UUID(bytes=payload)


class AudioSocketLine(Line):
    """The line of one call, after its identifier was read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self._reader = reader
        self._writer = writer

    async def events(self) -> AsyncGenerator[Sound | Digit]:
        """What comes from the caller until the line ends; frames of unknown kind and odd length are passed over."""
        while True:
            try:
                kind, payload = await asyncio.wait_for(read_frame(self._reader), SILENT_PEER_SECONDS)
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                return
            if kind in (Kind.HANG_UP, Kind.ERROR):
                return
            if kind == Kind.DIGIT and len(payload) == 1 and payload.isascii():
                yield Digit(payload.decode())
            elif kind == Kind.SOUND and payload and len(payload) % 2 == 0:
                yield Sound(payload)

    async def write(self, sound: bytes) -> None:
        """Sends one slice of sound."""
        self._writer.write(frame(Kind.SOUND, sound))
        await self._writer.drain()

    async def hang_up(self) -> None:
        """Ends the call from our side; the dial plan goes on."""
        try:
            self._writer.write(frame(Kind.HANG_UP))
            await self._writer.drain()
            self._writer.close()
            await self._writer.wait_closed()
        except OSError:
            return
