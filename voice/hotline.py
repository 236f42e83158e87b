"""All calls of the process: who is let in, what a call is made of, and how it goes on afterwards."""

# Pipecat is typed in part.
# pyright: reportUnknownMemberType=false
from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

import httpx
import structlog
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.workers.runner import WorkerRunner

from records import calls
from records.database import Database
from records.models import Call
from records.recordings import Recording, recording_path
from voice.desk import CallDesk
from voice.dialogue import phrases
from voice.dialogue.assistant import ApiAssistant, AssistantUnavailable
from voice.dialogue.call import Dialogue
from voice.dialogue.conductor import Conductor, Talk
from voice.dialogue.desk import NumberUnknown
from voice.dialogue.events import Ending
from voice.dialogue.sounds import SoundIndex
from voice.dialogue.voice_mail import VoiceMail
from voice.journal import Journal
from voice.listening.listener import Listener
from voice.recognition.service import Ear, RecognitionService
from voice.settings import Settings
from voice.synthesis.service import Mouth, SpeechService
from voice.telephony.line import Digit, Line
from voice.telephony.processors import LineInput, LineOutput
from voice.telephony.recorder import Recorder
from voice.telephony.tape import Tape
from voice.written import Post

_ANNOUNCED_FOR = 30.0
"""Seconds within which an announced call has to arrive."""
_BUSY = "tổng đài bận"
"""Why somebody is called back to whom nobody could talk, for staff."""
_KEY_SECONDS = 4.0
"""How long a caller who was offered keys is waited for, before the offer is said once more, and before the end."""
_SURE_OF_VOICE = VADParams(confidence=0.6, start_secs=0.1, stop_secs=0.06, min_volume=0.0)
"""Silero's own confidence decides; its volume threshold would miss quiet telephone voices."""


class Full(Exception):
    """Neither a place nor a place to wait is left."""


@dataclass(frozen=True)
class Parts:
    """What all calls share."""

    settings: Settings
    database: Database
    http: httpx.AsyncClient
    recognition: RecognitionService
    speech: SpeechService
    sounds: SoundIndex
    posts: Sequence[Post] = ()
    """Ways of sending an answer in writing."""


@dataclass(frozen=True)
class _News:
    """What callers hear whose lines are let in again, and whether they may leave a message then."""

    text: str
    takes_message: bool


class Hotline:
    """The calls of this process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._announced: dict[uuid.UUID, float] = {}
        self._news: dict[uuid.UUID, _News] = {}
        self._talking = 0
        self._busy = 0

    @property
    def recognition(self) -> RecognitionService:
        """What hears the callers."""
        return self._parts.recognition

    @property
    def speech(self) -> SpeechService:
        """What speaks to the callers."""
        return self._parts.speech

    @property
    def talking(self) -> int:
        """Calls that are being answered now."""
        return self._talking

    async def announce(self, caller: str | None) -> uuid.UUID:
        """Expects a call, whose line is let in once, within half a minute, by the returned id. Raises ``Full``."""
        now = asyncio.get_running_loop().time()
        self._announced = {known: at for known, at in self._announced.items() if now - at < _ANNOUNCED_FOR}
        self._news = {known: news for known, news in self._news.items() if known in self._announced}
        settings = self._parts.settings
        if self._talking + self._busy + len(self._announced) >= settings.voice_calls + settings.voice_waiting_calls:
            raise Full
        call_id = uuid.uuid4()
        async with self._parts.database.session() as session:
            await calls.begin(session, call_id, caller)
        self._announced[call_id] = now
        return call_id

    def admits(self, call_id: uuid.UUID) -> bool:
        """Whether the line of this id may come in; asked twice, it may not."""
        at = self._announced.pop(call_id, None)
        return at is not None and asyncio.get_running_loop().time() - at < _ANNOUNCED_FOR

    async def outcome(self, call_id: uuid.UUID) -> tuple[str, str]:
        """How the dial plan goes on (``queue``, ``urgent`` or ``hangup``), and what the clerk should know."""
        async with self._parts.database.session() as session:
            call = await session.get(Call, call_id)
        if call is None or call.ending is None or call.ending not in (Ending.QUEUE, Ending.URGENT):
            return Ending.HANG_UP, ""
        return call.ending, call.summary

    async def missed(self, call_id: uuid.UUID) -> None:
        """No clerk took the call from the queue: the caller's line is let in again, to hear how it goes on."""
        desk = self._desk(call_id)
        try:
            await desk.call_back("không có cán bộ nhận máy")
            text = phrases.MISSED.format(hours=desk.call_back_hours())
        except NumberUnknown:
            text = phrases.MISSED_WITHOUT_NUMBER
        self._let_in(call_id, _News(text, takes_message=desk.takes_messages))

    async def call_back(self, caller: str | None) -> uuid.UUID:
        """Puts a caller who found every line taken on the call-back list, once for each number.

        The caller's line is let in by the returned id, to hear when the call comes.
        """
        call_id = uuid.uuid4()
        async with self._parts.database.session() as session:
            await calls.begin(session, call_id, caller)
            await calls.change(session, call_id, ended_at=dt.datetime.now(dt.UTC), ending="busy")
        self._let_in(call_id, _News(await _promised(self._desk(call_id)), takes_message=False))
        return call_id

    async def answer(self, call_id: uuid.UUID, line: Line) -> None:
        """Carries a call from its first to its last word."""
        log = structlog.get_logger().bind(call=str(call_id))
        if news := self._news.pop(call_id, None):
            await self._tell_news(call_id, line, news)
            return
        if self._talking >= self._parts.settings.voice_calls:
            self._busy += 1
            try:
                await self._tell_busy(call_id, line)
            finally:
                self._busy -= 1
            return
        self._talking += 1
        try:
            await self._talk(call_id, line)
        finally:
            self._talking -= 1
            await line.hang_up()
            log.info("call ended", seconds=round(line.seconds, 1))

    def _let_in(self, call_id: uuid.UUID, news: _News) -> None:
        self._news[call_id] = news
        self._announced[call_id] = asyncio.get_running_loop().time()

    def _desk(self, call_id: uuid.UUID, recorder: Recorder | None = None, tape: Tape | None = None) -> CallDesk:
        parts = self._parts
        return CallDesk(
            call_id, parts.database, parts.sounds, recorder or Recorder(None), tape or self._tape(), parts.posts
        )

    def _tape(self) -> Tape:
        return Tape(self._parts.settings.voice_mail_seconds)

    async def _talk(self, call_id: uuid.UUID, line: Line) -> None:
        parts = self._parts

        async def begun(conversation_id: uuid.UUID) -> None:
            async with parts.database.session() as session:
                await calls.change(session, call_id, conversation_id=conversation_id)

        assistant = ApiAssistant(parts.http, parts.settings, begun)
        # The greeting does not wait for the assistant: a line without sound is dropped after two seconds.
        beginning = asyncio.create_task(_begin(assistant))
        recorder, tape, journal = Recorder(self._recording(call_id)), self._tape(), Journal()
        desk = self._desk(call_id, recorder, tape)
        dialogue = Dialogue(assistant, desk, parts.recognition, recorded=recorder.recording)
        async with parts.database.session() as session:
            await calls.change(session, call_id, recorded=recorder.recording)
        output = LineOutput(line, recorder)
        try:
            await run(self._pipeline(line, recorder, tape, dialogue, journal, output), line, recorder)
        finally:
            beginning.cancel()
            recorder.close()
            await desk.keep_message()
            ending = output.ending.value if output.ending else "lost"
            async with parts.database.session() as session:
                await calls.change(
                    session,
                    call_id,
                    ended_at=dt.datetime.now(dt.UTC),
                    ending=ending,
                    recorded=recorder.recording,
                    summary=dialogue.summary,
                    transcript=journal.lines,
                )

    def _pipeline(
        self, line: Line, recorder: Recorder, tape: Tape, talk: Talk, journal: Journal, output: LineOutput
    ) -> Pipeline:
        return Pipeline(
            [
                LineInput(line, recorder),
                Listener(SileroVADAnalyzer(params=_SURE_OF_VOICE), tape),
                Ear(self._parts.recognition),
                Conductor(talk, line, journal),
                Mouth(self._parts.speech),
                output,
            ]
        )

    async def _take_message(self, call_id: uuid.UUID, line: Line) -> None:
        """A message without a conversation, for whom neither the assistant nor a clerk can talk to."""
        recorder, tape = Recorder(None), self._tape()
        desk = self._desk(call_id, recorder, tape)
        talk = VoiceMail(desk, self._parts.recognition)
        try:
            await run(self._pipeline(line, recorder, tape, talk, Journal(), LineOutput(line, recorder)), line, recorder)
        finally:
            await desk.keep_message()

    def _recording(self, call_id: uuid.UUID) -> Recording | None:
        if not self._parts.settings.voice_record:
            return None
        database = self._parts.database
        return Recording(recording_path(database.settings, call_id), database.vault)

    async def _tell_busy(self, call_id: uuid.UUID, line: Line) -> None:
        """Says that all lines are busy, and takes a wish to be called back, or to leave a message, by keypad."""
        desk = self._desk(call_id)
        text, keys = phrases.BUSY.format(hours=desk.call_back_hours()), "1"
        if desk.takes_messages:
            text, keys = f"{text} {phrases.PRESS_FOR_MESSAGE}", "12"
        try:
            match await self._key(line, text, keys):
                case "1":
                    await self._tell(line, f"{await _promised(desk)} {phrases.THANKS}")
                case "2":
                    await self._take_message(call_id, line)
                case _:
                    await self._tell(line, phrases.THANKS)
        finally:
            await line.hang_up()
            async with self._parts.database.session() as session:
                await calls.change(session, call_id, ended_at=dt.datetime.now(dt.UTC), ending="busy")

    async def _tell_news(self, call_id: uuid.UUID, line: Line, news: _News) -> None:
        """Says what became of a call that nobody took, and takes a message."""
        if not news.takes_message:
            await self._tell(line, f"{news.text} {phrases.THANKS}")
        elif await self._key(line, f"{news.text} {phrases.PRESS_FOR_MESSAGE}", "2"):
            await self._take_message(call_id, line)
        else:
            await self._tell(line, phrases.THANKS)
        await line.hang_up()

    async def _key(self, line: Line, text: str, keys: str) -> str | None:
        """Offers keys twice, and returns the first that is pressed, be it while they are still being offered."""
        carrier = asyncio.create_task(line.carry(lambda _: None))
        offered = asyncio.create_task(self._offer(line, text))
        pressed = asyncio.create_task(_pressed(line, keys))
        try:
            await asyncio.wait({offered, pressed}, return_when=asyncio.FIRST_COMPLETED)
            return pressed.result() if pressed.done() else None
        finally:
            line.silence()
            for task in (offered, pressed, carrier):
                task.cancel()
            await asyncio.wait({offered, pressed, carrier})

    async def _offer(self, line: Line, text: str) -> None:
        for _ in range(2):
            await self._say(line, text)
            await asyncio.sleep(_KEY_SECONDS)

    async def _tell(self, line: Line, text: str) -> None:
        carrier = asyncio.create_task(line.carry(lambda _: None))
        await self._say(line, text)
        line.ended.set()
        await carrier

    async def _say(self, line: Line, text: str) -> None:
        await line.play(await self._parts.speech.speak(text, 1.0))
        await line.drained()


async def _begin(assistant: ApiAssistant) -> None:
    """Begins the conversation during the greeting; what fails now is tried again with the caller's first words."""
    try:
        await assistant.begin()
    except AssistantUnavailable as error:
        structlog.get_logger().warning("conversation not begun", reason=str(error))


async def _pressed(line: Line, keys: str) -> str | None:
    """The first of ``keys`` that is pressed; ``None`` when the line ends before."""
    async with aclosing(line.events()) as events:
        async for event in events:
            if isinstance(event, Digit) and event.key in keys:
                return event.key
    return None


async def _promised(desk: CallDesk) -> str:
    try:
        return await desk.call_back_once(_BUSY)
    except NumberUnknown:
        return phrases.BUSY_WITHOUT_NUMBER


async def run(pipeline: Pipeline, line: Line, recorder: Recorder) -> None:
    """Runs a pipeline for as long as the line lasts."""
    worker = PipelineWorker(pipeline, idle_timeout_secs=None, enable_rtvi=False, enable_turn_tracking=False)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    carrier = asyncio.create_task(line.carry(recorder.assistant))
    running = asyncio.create_task(runner.run())
    try:
        await asyncio.wait({running, asyncio.create_task(line.ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        line.ended.set()
        await worker.cancel()
        await running
        await carrier
