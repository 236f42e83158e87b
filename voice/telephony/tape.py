"""What a caller says after the tone, kept in memory until it is stored or dropped."""

from __future__ import annotations

import numpy as np

from voice.telephony.line import SAMPLE_RATE

_BYTES_PER_SECOND = SAMPLE_RATE * 2
_SHORTEST = 0.5
"""Seconds of voice that make a message; less is a cough."""


class Tape:
    """One message of at most ``longest`` seconds; 0 takes none."""

    def __init__(self, longest: float) -> None:
        self.longest = longest
        self.running = False
        self._sound = bytearray()
        self._voiced = 0.0
        self._last_voice = 0

    @property
    def spoken(self) -> bool:
        """Whether there is a message on it."""
        return self._voiced >= _SHORTEST

    @property
    def seconds(self) -> float:
        """How long the message is, up to its last voice."""
        return self._last_voice / _BYTES_PER_SECOND

    @property
    def quiet(self) -> float:
        """Seconds of silence at its end."""
        return (len(self._sound) - self._last_voice) / _BYTES_PER_SECOND

    @property
    def full(self) -> bool:
        """Whether the longest length is reached."""
        return len(self._sound) >= self.longest * _BYTES_PER_SECOND

    def start(self) -> None:
        """Begins anew; what was there is gone."""
        self.clear()
        self.running = True

    def stop(self) -> None:
        """Takes no more."""
        self.running = False

    def clear(self) -> None:
        """Drops what was said."""
        self.running = False
        self._sound.clear()
        self._voiced, self._last_voice = 0.0, 0

    def add(self, sound: bytes, *, voiced: bool) -> None:
        """Sound of the caller."""
        self._sound += sound
        if voiced:
            self._voiced += len(sound) / _BYTES_PER_SECOND
            self._last_voice = len(self._sound)

    def take(self) -> bytes | None:
        """The message, on both sides of a recording, which leaves the tape empty; none when nobody spoke."""
        sound = bytes(self._sound[: self._last_voice]) if self.spoken else None
        self.clear()
        return np.repeat(np.frombuffer(sound, np.int16), 2).tobytes() if sound else None
