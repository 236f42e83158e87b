"""A call of half an hour with a fast clock: it is whole at its end, and does not grow while it lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import psutil
import pytest

from records.database import Database
from records.models import Call
from records.recordings import RATE, blocks, recording_path
from tests.voice.calling import VOICE, ScriptedApi, hotline, transcript
from tests.voice.loudness import Loudness
from voice.recognition.transcript import Samples, Transcript
from voice.telephony.line import SLICE_BYTES, SLICE_SECONDS, Digit, Line, Sound

MINUTES = 30
EVERY_SECONDS = 20
"""The caller says something so often."""
PIECE = 5
"""Slices of sound that arrive together."""
FASTER = 100
MORE_MEGABYTES = 15
"""That the process may grow by between the fifth and the last minute; the sound of that time alone is 24."""
QUESTION = "đổi bằng lái bao nhiêu tiền"


class Understanding:
    """Hears the same question whatever is said."""

    def transcribe(self, samples: Samples) -> Transcript:
        return transcript(QUESTION)

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        return [0.0] * len(candidates)


class FastLine(Line):
    """A caller who asks three times a minute; hears as much as they say, and hangs up after half an hour."""

    def __init__(self) -> None:
        super().__init__(SLICE_SECONDS / FASTER)
        self._said = VOICE.speak("Đổi bằng lái bao nhiêu tiền?", 1.0)
        self._arriving: asyncio.Queue[Sound | None] = asyncio.Queue(20)
        self._slices = 0
        self.megabytes: list[float] = []

    async def events(self) -> AsyncGenerator[Sound | Digit]:
        while (sound := await self._arriving.get()) is not None:
            yield sound

    async def write(self, sound: bytes) -> None:
        self._slices += 1
        if self._slices % PIECE:
            return
        at = (self._slices - PIECE) * SLICE_BYTES % int(EVERY_SECONDS * RATE * 2)
        await self._arriving.put(Sound(self._said[at : at + PIECE * SLICE_BYTES].ljust(PIECE * SLICE_BYTES, b"\0")))
        if self._slices % int(60 / SLICE_SECONDS) == 0:
            self.megabytes.append(psutil.Process().memory_info().rss / 2**20)
        if len(self.megabytes) == MINUTES:
            await self._arriving.put(None)
            raise ConnectionResetError

    async def hang_up(self) -> None:
        self.ended.set()


async def test_half_an_hour(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.hotline.SileroVADAnalyzer", Loudness)
    api, line = ScriptedApi({QUESTION: {"text": "Dạ, lệ phí là 135.000 đồng."}}), FastLine()
    async with hotline(database, Understanding(), api) as (hot, _), asyncio.timeout(150):
        call_id = await hot.announce(None)
        await hot.answer(call_id, line)

    assert line.seconds >= MINUTES * 60 - 1
    asked = MINUTES * 60 // EVERY_SECONDS
    assert 0.9 * asked <= len(api.taken) <= asked
    async with database.session() as session:
        call = await session.get_one(Call, call_id)
    heard = [each["start"] for each in call.transcript if each["speaker"] == "caller"]
    assert len(heard) == len(api.taken)
    assert heard == sorted(heard)
    assert heard[-1] > MINUTES * 60 - 3 * EVERY_SECONDS
    answers = [each for each in call.transcript if "một trăm ba mươi lăm nghìn" in each.get("text", "")]
    assert len(answers) >= 0.9 * len(heard)

    recorded = sum(map(len, blocks(recording_path(database.settings, call_id), database.vault))) / (RATE * 4)
    assert recorded == pytest.approx(MINUTES * 60, rel=0.02)
    assert line.megabytes[-1] - line.megabytes[4] < MORE_MEGABYTES, line.megabytes
