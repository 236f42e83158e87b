"""Seconds from the end of speech to the first sound, and to the answer where "please wait" came first, with one caller
and with four, beside a plain loop.

``script/benchmark voice FOLDER``: FOLDER holds recordings of people at 8 kHz, ``*.8k-ulaw.wav``. Everything is real:
sound over AudioSocket, voice activity, Whisper, the running assistant, espeak-ng.
"""

# faster-whisper and soxr are typed in part.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import soxr
from faster_whisper import WhisperModel, decode_audio

from benchmarks.report import percentile, publish
from records.database import Database
from records.settings import Settings as RecordsSettings
from tests.stack import Stack, free_port
from tests.voice.calling import SLICE, Caller, until
from voice.dialogue import phrases
from voice.dialogue.sounds import SoundIndex
from voice.executor import Workshop
from voice.hotline import Hotline, Parts
from voice.recognition.service import RecognitionService
from voice.recognition.transcript import Samples, Transcript
from voice.recognition.whisper import Whisper
from voice.server import serve_audiosocket
from voice.settings import Settings
from voice.synthesis.service import AT_WORK, SpeechService
from voice.synthesis.voices import EspeakVoice, Voice
from voice.telephony.line import SAMPLE_RATE

TURNS = 24
"""Turns of each measurement, shared by the callers."""
PAUSE = 0.7
LOUD = 500
_PLAYED = 2 * SAMPLE_RATE
"""Bytes of each sentence: one second."""

spent: dict[str, list[float]] = defaultdict(list)


@contextmanager
def timed(part: str) -> Generator[None]:
    """Notes how long the block took, waiting for the processor included."""
    began = time.perf_counter()
    yield
    spent[part].append(time.perf_counter() - began)


class TimedWhisper(Whisper):
    """Whisper with a watch."""

    def transcribe(self, samples: Samples) -> Transcript:
        """What the sound says."""
        with timed("recognition"):
            return super().transcribe(samples)


class TimedVoice:
    """A voice with a watch; only the first second of each sentence is played."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def speak(self, text: str, pace: float) -> bytes:
        """``text`` as sound."""
        with timed("synthesis"):
            return self._voice.speak(text, pace)[:_PLAYED]


class TimedTransport(httpx.AsyncHTTPTransport):
    """The way to the assistant with a watch."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        with timed("dialogue"):
            return await super().handle_async_request(request)


def spoken(folder: Path) -> list[bytes]:
    """The recordings as telephone samples, cut at the last voice."""
    sounds: list[bytes] = []
    for file in sorted(folder.glob("*.8k-ulaw.wav")):
        samples = np.asarray(decode_audio(str(file)))
        telephone: Any = soxr.resample(samples, 16_000, 8_000)
        last = int(np.flatnonzero(np.abs(telephone) > 0.02)[-1]) + 400
        sounds.append((telephone[:last] * 32767).astype(np.int16).tobytes())
    return sounds


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds from the end of speech to the first sound, and to the answer: later where "please wait" came first."""

    first: float
    answer: float


async def call(hotline: Hotline, port: int, sounds: Iterator[bytes], turns: int, please_wait: bytes) -> list[Wait]:
    """How long the caller waited, for each turn; ``please_wait`` is the beginning of that sentence.

    Who is put through to a person calls again.
    """
    waits: list[Wait] = []
    while len(waits) < turns:
        async with Caller.calling(port, await hotline.announce(None)) as caller:
            await caller.until_heard()
            await caller.until_quiet()
            while len(waits) < turns and not caller.ended.is_set():
                waits.append(await turn(caller, next(sounds), please_wait))
                await until(lambda: caller.quiet() or caller.ended.is_set(), 90)
    return waits


async def turn(caller: Caller, sound: bytes, please_wait: bytes) -> Wait:
    """How long the caller waited after ``sound``."""
    await caller.play(sound)
    ended, heard = time.perf_counter(), len(caller.heard) - SLICE
    await until(lambda: caller.loud(heard), 30)
    first = answer = time.perf_counter() - ended
    enough = len(caller.heard) + 2 * len(please_wait)
    await until(lambda: len(caller.heard) > enough or caller.ended.is_set(), 30)
    asked_to_wait = caller.heard.find(please_wait, heard)
    if asked_to_wait >= 0:
        said = asked_to_wait + _PLAYED
        await until(lambda: _answered(caller.heard, said), 30)
        answer = time.perf_counter() - ended
    return Wait(first, answer)


def _answered(heard: bytearray, since: int) -> bool:
    """Whether more was heard after byte ``since`` than the sign that work goes on."""
    samples = np.frombuffer(bytes(heard[since:]).replace(AT_WORK, b""), np.int16).astype(int)
    loud = np.flatnonzero(np.abs(samples) > LOUD)
    return bool(loud.size) and samples[loud[0] :].astype(np.int16).tobytes() not in AT_WORK


def _beginning(sound: bytes) -> bytes:
    """The first tenth of a second of ``sound`` that can be heard: by it the sentence is known again."""
    loud = int(np.flatnonzero(np.abs(np.frombuffer(sound, np.int16).astype(int)) > LOUD)[0])
    return sound[2 * loud :][: SAMPLE_RATE // 5]


async def ours(
    settings: Settings, whisper: Whisper, database: Database, sounds: list[bytes], callers: int
) -> list[Wait]:
    """The hotline with so many callers at once."""
    async with httpx.AsyncClient(transport=TimedTransport()) as http:
        recognition = RecognitionService(whisper, Workshop("recognition", 1, 3 * callers))
        speech = SpeechService(TimedVoice(EspeakVoice("vi")), Workshop("speech", 1, 8 * callers))
        parts = Parts(settings, database, http, recognition, speech, SoundIndex(()))
        please_wait = _beginning(await speech.speak(phrases.WAIT, 1.0))
        hotline = Hotline(parts)
        async with await serve_audiosocket(hotline, settings):
            of_caller = [itertools.cycle(sounds[n:] + sounds[:n]) for n in range(callers)]
            port, turns = settings.voice_audiosocket_port, TURNS // callers
            calls = [call(hotline, port, each, turns, please_wait) for each in of_caller]
            return [wait for waits in await asyncio.gather(*calls) for wait in waits]


async def plain(url: str, model: WhisperModel, voice: Voice, sounds: list[bytes], callers: int) -> list[Wait]:
    """The same parts one after the other: pause, Whisper as it comes, the assistant, the whole reply as sound."""
    lock = asyncio.Lock()

    def recognise(sound: bytes) -> str:
        heard = np.frombuffer(sound, np.int16).astype(np.float32) / 32768
        segments, _ = model.transcribe(
            soxr.resample(heard, 8_000, 16_000),
            language="vi",
            beam_size=5,
            temperature=0,
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=True,
        )
        return " ".join(segment.text for segment in segments)

    async def caller(number: int) -> list[Wait]:
        waits: list[Wait] = []
        async with httpx.AsyncClient(timeout=60) as client:
            started = (await client.post(f"{url}/api/v1/conversations", json={})).json()
            for number_of_turn in range(TURNS // callers):
                began = time.perf_counter()
                await asyncio.sleep(PAUSE)
                async with lock:
                    text = await asyncio.to_thread(recognise, sounds[(number + number_of_turn) % len(sounds)])
                answer = await client.post(
                    f"{url}/api/v1/conversations/{started['id']}/messages",
                    json={"text": text or "alo"},
                    headers={"Authorization": f"Bearer {started['token']}"},
                )
                said = "\n".join(message["text"] for message in answer.json()["messages"])
                async with lock:
                    await asyncio.to_thread(voice.speak, said, 1.0)
                waited = time.perf_counter() - began
                waits.append(Wait(waited, waited))
        return waits

    return [wait for waits in await asyncio.gather(*(caller(n) for n in range(callers))) for wait in waits]


async def row(name: str, callers: int, measured: Awaitable[list[Wait]]) -> dict[str, Any]:
    """One line of the table; ``processor`` is what this process spent, in seconds for a minute of one call."""
    began, used = time.perf_counter(), time.process_time()
    waits = await measured
    minutes = callers * (time.perf_counter() - began) / 60
    used = time.process_time() - used
    parts = ("recognition", "dialogue", "synthesis")
    middle = {part: round(1000 * percentile(spent[part], 0.5)) if spent[part] else "" for part in parts}
    spent.clear()
    return {
        "what": name,
        "callers": callers,
        "turns": len(waits),
        **_percentiles("first sound", [wait.first for wait in waits]),
        **_percentiles("answer", [wait.answer for wait in waits]),
        "asked to wait": sum(wait.answer > wait.first for wait in waits),
        **{f"{part} p50 ms": value for part, value in middle.items()},
        "processor s/min": round(used / minutes, 1),
        "calls per core": round(60 * minutes / used, 1),
    }


def _percentiles(what: str, seconds: list[float]) -> dict[str, int]:
    return {f"{what} p{share} ms": round(1000 * percentile(seconds, share / 100)) for share in (50, 95)}


async def main(folder: Path) -> None:
    """Measures, prints, writes."""
    sounds = spoken(folder)
    rows: list[dict[str, Any]] = []
    with Stack.running() as stack:
        token = (stack.data / "internal.key").read_text().strip()
        settings = Settings(internal_token=token, voice_api_url=stack.url, voice_audiosocket_port=free_port())  # pyright: ignore[reportArgumentType]
        database = Database.open(RecordsSettings(data=stack.data))
        whisper, model = TimedWhisper(settings), WhisperModel(str(settings.model()), compute_type="int8", cpu_threads=2)
        for callers in (1, 4):
            rows.append(await row("hotline", callers, ours(settings, whisper, database, sounds, callers)))
            rows.append(await row("plain loop", callers, plain(stack.url, model, EspeakVoice("vi"), sounds, callers)))
        await database.close()
    publish(
        "voice",
        "From the end of speech to the first sound of the answer",
        rows,
        [
            f"{len(sounds)} recordings of people at 8 kHz; the end of the turn is found after {PAUSE} s of silence.",
            f"Load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        ],
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
