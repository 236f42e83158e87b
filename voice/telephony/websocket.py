"""Calls over a WebSocket, for browsers and media gateways.

Binary messages are sound: 16-bit little-endian samples of one channel at 8 kHz, both ways. A text message of one
sign is a key of the telephone.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

from fastapi import WebSocket, WebSocketDisconnect

from voice.telephony.line import Digit, Line, Sound

_LONGEST = 64_000
"""Bytes of one message: four seconds."""


class WebSocketLine(Line):
    """The line of one accepted WebSocket."""

    def __init__(self, websocket: WebSocket) -> None:
        super().__init__()
        self._websocket = websocket

    async def events(self) -> AsyncGenerator[Sound | Digit]:
        """What comes from the caller until the connection ends; messages of another form are passed over."""
        while True:
            try:
                message = await self._websocket.receive()
            except (RuntimeError, WebSocketDisconnect):
                return
            if message["type"] == "websocket.disconnect":
                return
            sound, text = message.get("bytes"), message.get("text")
            if sound and len(sound) % 2 == 0 and len(sound) <= _LONGEST:
                yield Sound(sound)
            elif text and len(text) == 1:
                yield Digit(text)

    async def write(self, sound: bytes) -> None:
        """Sends one slice of sound."""
        try:
            await self._websocket.send_bytes(sound)
        except (RuntimeError, WebSocketDisconnect) as error:
            raise ConnectionError("the caller is gone") from error

    async def hang_up(self) -> None:
        """Closes the connection."""
        try:
            await self._websocket.close()
        except (RuntimeError, WebSocketDisconnect):
            return
