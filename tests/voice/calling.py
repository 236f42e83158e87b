"""A caller over AudioSocket, the assistant of a script, and a recogniser that reads from a list."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

from records.calendar import TIME_ZONE
from records.calls import Hours
from records.conversations import start_web
from records.database import Database
from records.models import CallBack
from tests.stack import free_port
from voice.desk import spoken_hours
from voice.dialogue import phrases
from voice.dialogue.sounds import SoundIndex
from voice.executor import Workshop
from voice.hotline import Hotline, Parts
from voice.recognition.service import RecognitionService
from voice.recognition.transcript import Recogniser, Samples, Transcript, Word
from voice.server import serve_audiosocket
from voice.settings import Settings
from voice.synthesis.service import SpeechService
from voice.synthesis.voices import EspeakVoice
from voice.telephony.audiosocket import Kind, frame, read_frame

SLICE = 320
VOICE = EspeakVoice("vi")


def transcript(text: str, confidence: float = 0.9) -> Transcript:
    return Transcript(tuple(Word(word, n * 0.3, n * 0.3 + 0.3, confidence) for n, word in enumerate(text.split())))


class Reader:
    """Recognition from a list: each turn is the next text."""

    def __init__(self, texts: Sequence[str] = (), seconds: float = 0.0) -> None:
        self.texts = list(texts)
        self.heard: list[Samples] = []
        self._seconds = seconds
        self._read: dict[bytes, str] = {}

    def transcribe(self, samples: Samples) -> Transcript:
        time.sleep(self._seconds)
        self.heard.append(samples)
        # A turn is recognised in its pauses already; all its versions begin alike.
        beginning = samples[1000:4000].round(3).tobytes()
        if beginning not in self._read:
            self._read[beginning] = self.texts.pop(0) if self.texts else ""
        return transcript(self._read[beginning])

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        return [0.0] * len(candidates)


@dataclass
class Caller:
    """One call; everything that is heard is kept."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: bytearray = field(default_factory=bytearray)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    gaps: list[float] = field(default_factory=list)
    _to_say: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)

    @classmethod
    @asynccontextmanager
    async def calling(cls, port: int, call_id: uuid.UUID) -> AsyncGenerator[Caller]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(frame(Kind.IDENTIFIER, call_id.bytes))
        caller = cls(reader, writer)
        tasks = [asyncio.create_task(caller._listen()), asyncio.create_task(caller._talk())]
        try:
            yield caller
        finally:
            for task in tasks:
                task.cancel()
            writer.close()

    async def _listen(self) -> None:
        clock = asyncio.get_running_loop().time
        last = clock()
        while True:
            try:
                kind, payload = await read_frame(self.reader)
            except (OSError, asyncio.IncompleteReadError):
                break
            if kind == Kind.HANG_UP:
                break
            self.gaps.append(clock() - last)
            last = clock()
            self.heard += payload
        self.ended.set()

    async def _talk(self) -> None:
        due = asyncio.get_running_loop().time()
        while not self.ended.is_set():
            sound = bytes(SLICE) if self._to_say.empty() else self._to_say.get_nowait()
            try:
                self.writer.write(frame(Kind.SOUND, sound))
                await self.writer.drain()
            except OSError:
                return
            due += 0.02
            await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))

    async def play(self, sound: bytes) -> None:
        """Says a sound and waits until it is said."""
        for start in range(0, len(sound), SLICE):
            self._to_say.put_nowait(sound[start : start + SLICE].ljust(SLICE, b"\0"))
        await until(self._to_say.empty, 60)

    async def say(self, text: str) -> None:
        await self.play(VOICE.speak(text, 1.0))

    def press(self, keys: str) -> None:
        for key in keys:
            self.writer.write(frame(Kind.DIGIT, key.encode()))

    def loud(self, since: int = 0) -> bool:
        """Whether anything was heard after byte ``since``."""
        samples = np.frombuffer(bytes(self.heard[since:]), np.int16)
        return bool(samples.size) and bool(np.abs(samples.astype(int)).max() > 500)

    def longest_silence(self, since: int) -> float:
        """Seconds of the longest silence after byte ``since``."""
        whole = len(self.heard) - (len(self.heard) - since) % SLICE
        slices = np.frombuffer(bytes(self.heard[since:whole]), np.int16).reshape(-1, SLICE // 2)
        loud = np.flatnonzero(np.abs(slices.astype(int)).max(axis=1) > 500)
        return float(np.diff(loud, prepend=-1, append=len(slices)).max() - 1) * 0.02

    async def until_heard(self, seconds: float = 15) -> None:
        """Waits until the assistant starts to speak."""
        start = len(self.heard)
        await until(lambda: self.loud(start), seconds)

    async def until_quiet(self, seconds: float = 40) -> None:
        """Waits until the assistant has been silent for a second."""
        await until(self.quiet, seconds)

    def quiet(self) -> bool:
        """Whether the assistant has been silent for a second."""
        return len(self.heard) > 16_000 and not self.loud(len(self.heard) - 16_000)


async def until(condition: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - conditions look at what was heard so far
            await asyncio.sleep(0.02)


def agreed(promised: CallBack) -> str:
    """What a caller hears who found all lines busy and is called back."""
    hours = Hours(promised.earliest.astimezone(TIME_ZONE), promised.latest.astimezone(TIME_ZONE))
    spoken = spoken_hours(hours, dt.datetime.now(TIME_ZONE).date())
    return f"{phrases.CALL_BACK_AGREED.format(hours=spoken)} {phrases.THANKS}"


class ScriptedApi:
    """The API's conversation endpoints, answering from a script."""

    def __init__(
        self, answers: dict[str, dict[str, Any]] | None = None, seconds: float = 0.0, begin_seconds: float = 0.0
    ) -> None:
        self.answers = answers or {}
        self.taken: list[dict[str, Any]] = []
        self.seconds = seconds
        self.begin_seconds = begin_seconds
        self.down = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            return httpx.Response(503)
        body = json.loads(request.content)
        if request.url.path == "/api/v1/conversations":
            assert request.headers["authorization"] == "Bearer internal"
            await asyncio.sleep(self.begin_seconds)
            return httpx.Response(201, json={"id": self.conversation, "token": "t", "greeting": {}})
        await asyncio.sleep(self.seconds)
        self.taken.append(body)
        said = body.get("text") or body.get("payload")
        answer = self.answers.get(said, {"text": f"Dạ, em đã nghe: {said}."})
        message = {"text": answer["text"], "buttons": answer.get("buttons", []), "procedure": answer.get("procedure")}
        understanding = {"intent": answer.get("intent", "ask_procedure"), "expects": answer.get("expects")}
        return httpx.Response(200, json={"messages": [message], "understanding": understanding})

    conversation: str = ""


@asynccontextmanager
async def hotline(
    database: Database, recogniser: Recogniser, api: ScriptedApi, **settings: Any
) -> AsyncGenerator[tuple[Hotline, int]]:
    """A hotline on a free port, with its parts replaced where a test needs it."""
    async with database.session() as session:
        conversation, _ = await start_web(session, channel="voice")
    api.conversation = str(conversation.id)
    chosen = Settings(internal_token="internal", voice_audiosocket_port=free_port(), **settings)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=httpx.MockTransport(api)) as http:
        parts = Parts(
            settings=chosen,
            database=database,
            http=http,
            recognition=RecognitionService(recogniser, Workshop("recognition", 1, 12)),
            speech=SpeechService(VOICE, Workshop("speech", 1, 32)),
            sounds=SoundIndex(["Đăng ký khai sinh"]),
        )
        line = Hotline(parts)
        async with await serve_audiosocket(line, chosen):
            yield line, chosen.voice_audiosocket_port
