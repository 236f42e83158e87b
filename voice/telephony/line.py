"""A line to a caller, whatever carries it: sound at telephone rate both ways, and keys.

A line sends one slice of sound every 20 ms from beginning to end, silence included: Asterisk hangs up after two seconds
without any. Seconds of a call are counted by these slices, so that a test can let a whole call pass quickly.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

SAMPLE_RATE = 8000
SLICE_SECONDS = 0.02
SLICE_BYTES = int(SAMPLE_RATE * SLICE_SECONDS) * 2
_AHEAD = 3
"""Slices that may wait to be sent: enough for an even flow, few enough that an interruption is heard at once."""
_SILENCE = bytes(SLICE_BYTES)


@dataclass(frozen=True)
class Sound:
    """Sound of the caller: 16-bit little-endian samples of one channel at ``SAMPLE_RATE``."""

    samples: bytes


@dataclass(frozen=True)
class Digit:
    """A key of the telephone: 0 to 9, ``*``, ``#``."""

    key: str


class Line(ABC):
    """One caller."""

    def __init__(self, slice_seconds: float = SLICE_SECONDS) -> None:
        """``slice_seconds`` of real time pass for 20 ms of the call."""
        self._pace = slice_seconds
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(_AHEAD)
        self._sent = 0
        self.ended = asyncio.Event()

    @abstractmethod
    def events(self) -> AsyncGenerator[Sound | Digit]:
        """What comes from the caller, until the line ends."""

    @abstractmethod
    async def write(self, sound: bytes) -> None:
        """Sends one slice of sound. Raises ``OSError`` when the line is gone."""

    @abstractmethod
    async def hang_up(self) -> None:
        """Ends the call."""

    @property
    def seconds(self) -> float:
        """How long the call has lasted."""
        return self._sent * SLICE_SECONDS

    async def sleep(self, seconds: float) -> None:
        """Waits for ``seconds`` of the call."""
        await asyncio.sleep(seconds * self._pace / SLICE_SECONDS)

    async def play(self, sound: bytes) -> None:
        """Queues sound, and waits while enough of it waits already."""
        for start in range(0, len(sound), SLICE_BYTES):
            await self._waiting.put(sound[start : start + SLICE_BYTES].ljust(SLICE_BYTES, b"\0"))

    async def drained(self) -> None:
        """Waits until all queued sound is sent."""
        while not self._waiting.empty() and not self.ended.is_set():
            await self.sleep(SLICE_SECONDS)

    def silence(self) -> None:
        """Drops what has not been sent yet."""
        while not self._waiting.empty():
            self._waiting.get_nowait()

    async def carry(self, tap: Callable[[bytes], object]) -> None:
        """Sends a slice every 20 ms until the line is gone; ``tap`` is given each."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while not self.ended.is_set():
            sound = _SILENCE if self._waiting.empty() else self._waiting.get_nowait()
            try:
                await self.write(sound)
            except OSError:
                self.ended.set()
                return
            self._sent += 1
            tap(sound)
            due = max(due + self._pace, clock() - 10 * self._pace)
            await asyncio.sleep(max(0.0, due - clock()))
