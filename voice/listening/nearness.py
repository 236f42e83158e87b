"""Whether a voice is the caller's own: a television behind them talks too, but farther from the telephone."""

from __future__ import annotations

from collections import deque

import numpy as np

from voice.recognition.transcript import Samples

_WINDOW = 0.3
"""Seconds over which a level is averaged, longer than the gaps between syllables."""
_GOES_ON = 10 ** (-12 / 10)
"""Power, beside the loudest of the turn, below which a voice is not the caller's.

In 12 recordings of people over the telephone nobody fell 12 dB below their own loudest for more than a tenth of a
second; a pause that ends a turn is half a second at least.
"""
_BEGINS = 10 ** (-18 / 10)
"""The same beside the turn before, for a voice that begins one: who shouts "a lô" goes on more softly."""


class Nearness:
    """Follows the level of one call, turn by turn."""

    def __init__(self) -> None:
        self._latest = deque[tuple[float, float]]()
        self._loudest = self._before = 0.0

    def hears(self, sound: Samples, seconds: float, *, voice: bool) -> bool:
        """Takes in ``sound``; whether the ``voice`` in it, if any, is near."""
        level = self._level(float(np.mean(np.square(sound))) if len(sound) else 0.0, seconds)
        near = voice and level >= (self._loudest * _GOES_ON or self._before * _BEGINS)
        if near:
            self._loudest = max(self._loudest, level)
        return near

    def end_turn(self) -> None:
        """What comes now is compared with the turn that ended."""
        self._before, self._loudest = self._loudest or self._before, 0.0

    def forget(self) -> None:
        """Whatever is heard next is near: nothing was for a while."""
        self._loudest = self._before = 0.0

    def _level(self, power: float, seconds: float) -> float:
        self._latest.append((power, seconds))
        while sum(each for _, each in self._latest) - self._latest[0][1] >= _WINDOW:
            self._latest.popleft()
        return sum(each * lasting for each, lasting in self._latest) / _WINDOW
