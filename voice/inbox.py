"""The watched folder: recordings that the call centre puts there become transcripts that can be searched.

What is done is moved to ``done`` in the folder, what cannot be read to ``failed`` with the reason beside it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import structlog

from knowledge.search import Knowledge
from knowledge.topics import topics
from records import recorded_calls
from records.database import Database
from records.models import RecordedCall, RecordedLine
from records.privacy.masking import masked
from voice.executor import Overloaded
from voice.recognition.service import RecognitionService
from voice.recognition.transcript import Samples, Transcript
from voice.transcripts.reading import Unreadable
from voice.transcripts.recording import Line, read_lines, transcribe
from voice.transcripts.writing import mask

_LOOK_SECONDS = 10.0
SETTLED_SECONDS = 10.0
"""A file that was written to within so long may still be copied."""


class Stopped(Exception):
    """The process ends; what was recognised so far is kept."""


class Inbox:
    """One folder. Recordings are taken one at a time, oldest first; calls are recognised between their pieces."""

    def __init__(self, folder: Path, database: Database, recognition: RecognitionService, knowledge: Knowledge) -> None:
        self._folder = folder
        self._work = database.settings.data / "inbox"
        self._database = database
        self._recognition = recognition
        self._knowledge = knowledge

    async def watch(self) -> None:
        """Takes what comes, until it is cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(_LOOK_SECONDS)

    async def sweep(self) -> int:
        """Takes all recordings that are there; returns how many there were."""
        files = await asyncio.to_thread(self._waiting)
        for file in files:
            await self._take(file)
        return len(files)

    def _waiting(self) -> list[Path]:
        files = [file for file in self._folder.iterdir() if file.is_file() and not file.name.startswith(".")]
        settled = [file for file in files if time.time() - file.stat().st_mtime >= SETTLED_SECONDS]
        return sorted(settled, key=lambda file: file.stat().st_mtime)

    async def _take(self, file: Path) -> None:
        digest = await asyncio.to_thread(_digest, file)
        log = structlog.get_logger().bind(recording=digest[:12])
        async with self._database.session() as session:
            known = await recorded_calls.known(session, digest)
        if not known:
            try:
                await self._keep(file, digest, await self._lines(file, digest))
            except Unreadable as error:
                log.warning("recording not taken", reason="unreadable")
                self._forget(digest)
                _aside(file, self._folder / "failed", digest, str(error))
                return
        _aside(file, self._folder / "done", digest)
        log.info("recording taken", again=known)

    async def _lines(self, file: Path, digest: str) -> Sequence[Line]:
        """What is said in a recording; a run that was broken off goes on where it was."""
        self._work.mkdir(parents=True, exist_ok=True)
        target = self._work / digest
        queued = _Queued(self._recognition, asyncio.get_running_loop())
        try:
            await asyncio.to_thread(transcribe, queued, file, target, reached=lambda _: None)
        except asyncio.CancelledError:
            queued.stopped.set()
            raise
        return read_lines(target)

    async def _keep(self, file: Path, digest: str, lines: Sequence[Line]) -> None:
        found = await asyncio.to_thread(topics, self._knowledge, [line.text for line in lines])
        call = RecordedCall(
            digest=digest,
            name=masked(file.name),
            recorded_at=_made_at(file),
            seconds=lines[-1].end if lines else 0.0,
            topics=[{"code": each.code, "name": each.name, "field": each.field} for each in found],
        )
        kept = [
            RecordedLine(digest=digest, channel=each.channel, start=each.start, end=each.end, text=each.text)
            for each in mask(lines)
        ]
        async with self._database.session() as session:
            await recorded_calls.keep(session, call, kept)
        self._forget(digest)

    def _forget(self, digest: str) -> None:
        """The transcript before it was masked goes."""
        for name in (digest, f"{digest}.part"):
            (self._work / name).unlink(missing_ok=True)


class _Queued:
    """The recogniser of the hotline for a thread of its own; waits where calls have filled the queue."""

    def __init__(self, recognition: RecognitionService, loop: asyncio.AbstractEventLoop) -> None:
        self._recognition = recognition
        self._loop = loop
        self.stopped = threading.Event()

    def transcribe(self, samples: Samples) -> Transcript:
        """What the sound says. Raises ``Stopped``."""
        while not self.stopped.is_set():
            try:
                return self._result(asyncio.run_coroutine_threadsafe(self._recognition.recognise(samples), self._loop))
            except Overloaded:
                self.stopped.wait(1.0)
        raise Stopped

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        """No choice is asked for in a recording."""
        raise NotImplementedError

    def _result(self, recognised: Future[Transcript]) -> Transcript:
        while not self.stopped.is_set():
            try:
                return recognised.result(0.5)
            except TimeoutError:
                continue
        raise Stopped


def _made_at(file: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _aside(file: Path, folder: Path, digest: str, reason: str = "") -> None:
    folder.mkdir(exist_ok=True)
    target = folder / file.name
    if target.exists():
        target = folder / f"{digest[:12]}-{file.name}"
    file.rename(target)
    if reason:
        target.with_name(f"{target.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
