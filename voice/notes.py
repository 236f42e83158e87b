"""Voice notes from chat: a short recording of any format becomes text piece by piece, calls in between."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from voice.recognition.service import RecognitionService
from voice.recognition.transcript import SAMPLE_RATE, Samples
from voice.transcripts.cutting import Cutter
from voice.transcripts.reading import blocks

LONGEST_SECONDS = 120


class TooLong(ValueError):
    """More than ``LONGEST_SECONDS`` of sound."""


async def hear(recognition: RecognitionService, content: bytes) -> str:
    """The words of a recording; none when nobody speaks in it.

    Raises ``TooLong``, ``voice.transcripts.reading.Unreadable``, and ``voice.executor.Overloaded``.
    """
    pieces = await asyncio.to_thread(_pieces, content)
    heard = [(await recognition.recognise(piece)).text for piece in pieces]
    return " ".join(text for text in heard if text)


def _pieces(content: bytes) -> list[Samples]:
    with tempfile.NamedTemporaryFile(prefix="motcua-note-") as file:
        file.write(content)
        file.flush()
        cutter, length = Cutter(), 0
        pieces: list[Samples] = []
        for block in blocks(Path(file.name), mix=True):
            length += block.shape[1]
            if length > LONGEST_SECONDS * SAMPLE_RATE:
                raise TooLong
            pieces += [samples for _, samples in cutter.add(block[0])]
        return [*pieces, *(samples for _, samples in cutter.finish())]
