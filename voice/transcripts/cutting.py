"""Long sound cut in its pauses, holding no more than one window of it."""

# faster-whisper is typed in part.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from faster_whisper.vad import get_speech_timestamps

from voice.recognition.transcript import SAMPLE_RATE, Samples

_WINDOW = 60 * SAMPLE_RATE
"""Samples that are looked at together; at most twice as many are held."""
_MARGIN = SAMPLE_RATE
"""What ends nearer to the end of the window may go on in the next one."""
_LONGEST_SECONDS = 25
_PAUSE_MS = 700
_PAD_MS = 200


class Cutter:
    """Takes the sound of one channel block by block and gives its pieces with speech, each with its start in seconds.

    Pieces last at most 25 s; the same sound in other blocks gives the same pieces.
    """

    def __init__(self) -> None:
        self._held: list[Samples] = []
        self._size = 0
        self._start = 0

    def add(self, block: Samples) -> Iterator[tuple[float, Samples]]:
        """Pieces that are complete with this block."""
        while len(block):
            room = _WINDOW - self._size
            self._hold(block[:room])
            block = block[room:]
            if self._size == _WINDOW:
                yield from self._cut(last=False)

    def finish(self) -> Iterator[tuple[float, Samples]]:
        """The pieces that are left."""
        if self._size:
            yield from self._cut(last=True)

    def _hold(self, block: Samples) -> None:
        self._held.append(block)
        self._size += len(block)

    def _cut(self, *, last: bool) -> Iterator[tuple[float, Samples]]:
        window = np.concatenate(self._held)
        spoken: list[dict[str, Any]] = get_speech_timestamps(
            window,
            max_speech_duration_s=_LONGEST_SECONDS,
            min_silence_duration_ms=_PAUSE_MS,
            speech_pad_ms=_PAD_MS,
        )
        complete = spoken if last else [each for each in spoken if each["end"] <= len(window) - _MARGIN]
        for each in complete:
            yield (self._start + each["start"]) / SAMPLE_RATE, window[each["start"] : each["end"]]
        open_pieces = spoken[len(complete) :]
        rest = open_pieces[0]["start"] if open_pieces else len(window) - _MARGIN
        self._start += rest
        self._held, self._size = [window[rest:].copy()], len(window) - rest
