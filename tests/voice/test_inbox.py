"""The watched folder: recordings become transcripts, once each, found by their words and by what they are about."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
import wave
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from knowledge.search import Knowledge
from motcua.cli import app
from records import recorded_calls
from records.database import Database
from records.models import RecordedCall, RecordedLine
from tests.voice.calling import VOICE, transcript
from voice.executor import Workshop
from voice.inbox import Inbox
from voice.recognition.service import RecognitionService
from voice.recognition.transcript import Samples, Transcript

CARD = "tôi muốn làm lại thẻ căn cước bị mất"
PHONE = "số của tôi là 0900000011"


class Hearing:
    """Hears ``texts`` one after the other; breaks at the piece ``breaks_at``, or takes ``seconds`` for each."""

    def __init__(self, *texts: str, breaks_at: int = 0, seconds: float = 0.0) -> None:
        self._texts = list(texts)
        self._breaks_at = breaks_at
        self._seconds = seconds
        self.heard = 0

    def transcribe(self, samples: Samples) -> Transcript:
        self.heard += 1
        time.sleep(self._seconds)
        if self.heard == self._breaks_at:
            raise RuntimeError("broken off")
        return transcript(self._texts.pop(0))

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        raise NotImplementedError


@pytest.fixture
def folder(tmp_path: Path, database: Database) -> Path:
    shutil.rmtree(database.settings.data / "inbox", ignore_errors=True)
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def talk() -> bytes:
    """Two sentences with a pause between them."""
    return (
        VOICE.speak("Tôi muốn làm lại thẻ căn cước.", 1.0) + bytes(48_000) + VOICE.speak("Số của tôi là như sau.", 1.0)
    )


def record(file: Path, sound: bytes, *, age: float = 60) -> Path:
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(sound)
    return aged(file, age)


def aged(file: Path, seconds: float) -> Path:
    at = time.time() - seconds
    os.utime(file, (at, at))
    return file


def inbox(folder: Path, database: Database, knowledge: Knowledge, hearing: Hearing) -> Inbox:
    return Inbox(folder, database, RecognitionService(hearing, Workshop("recognition", 1, 1)), knowledge)


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def found(database: Database, query: str) -> list[str]:
    async with database.session() as session:
        return [line.text for _, line in await recorded_calls.search(session, query, 10)]


async def test_a_recording_is_found_by_its_words_with_and_without_accents(
    database: Database, knowledge: Knowledge, folder: Path, talk: bytes
) -> None:
    record(folder / "0900000011-sang.wav", talk)
    assert await inbox(folder, database, knowledge, Hearing(CARD, PHONE)).sweep() == 1

    assert await found(database, "căn cước mất") == await found(database, "can cuoc mat") == [CARD]
    assert await found(database, "cân cước") == await found(database, "hộ chiếu") == []
    async with database.session() as session:
        call = (await session.execute(select(RecordedCall))).scalar_one()
        texts = (await session.execute(select(RecordedLine.text).order_by(RecordedLine.start))).scalars().all()
    assert call.topics[0]["field"] == "Cấp, quản lý căn cước"
    assert "0900000011" not in call.name + "".join(texts)
    assert [file.name for file in (folder / "done").iterdir()] == ["0900000011-sang.wav"]
    assert list((database.settings.data / "inbox").iterdir()) == [], "nothing unmasked is left"


async def test_the_same_recording_is_transcribed_once_whatever_it_is_called(
    database: Database, knowledge: Knowledge, folder: Path, talk: bytes
) -> None:
    hearing = Hearing(CARD, PHONE)
    record(folder / "a.wav", talk)
    record(folder / "b.wav", talk)
    await inbox(folder, database, knowledge, hearing).sweep()
    record(folder / "a.wav", talk)
    await inbox(folder, database, knowledge, hearing).sweep()
    assert hearing.heard == 2
    assert len(list((folder / "done").iterdir())) == 3
    assert len(await found(database, "căn cước")) == 1


async def test_a_run_that_was_broken_off_goes_on_where_it_was(
    database: Database, knowledge: Knowledge, folder: Path, talk: bytes
) -> None:
    record(folder / "a.wav", talk)
    with pytest.raises(RuntimeError):
        await inbox(folder, database, knowledge, Hearing(CARD, breaks_at=2)).sweep()
    rest = Hearing(PHONE)
    await inbox(folder, database, knowledge, rest).sweep()
    assert rest.heard == 1
    assert await found(database, "căn cước") == [CARD]


async def test_what_cannot_be_read_goes_aside_with_a_reason_and_the_others_go_on(
    database: Database, knowledge: Knowledge, folder: Path, talk: bytes
) -> None:
    (folder / "bad.mp3").write_bytes(b"no sound at all")
    aged(folder / "bad.mp3", 100)
    record(folder / "good.wav", talk)
    record(folder / "being-copied.wav", talk, age=0)
    assert await inbox(folder, database, knowledge, Hearing(CARD, PHONE)).sweep() == 2
    assert "bad.mp3" in (folder / "failed" / "bad.mp3.reason.txt").read_text()
    assert names_in(folder) == {"being-copied.wav", "done", "failed"}
    assert await found(database, "căn cước") == [CARD]


async def test_it_stops_at_once_and_keeps_what_was_heard(
    database: Database, knowledge: Knowledge, folder: Path, talk: bytes
) -> None:
    record(folder / "a.wav", talk)
    hearing = Hearing(CARD, PHONE, seconds=1.0)
    watching = asyncio.create_task(inbox(folder, database, knowledge, hearing).watch())
    while hearing.heard < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(watching, 2)
    (part,) = (database.settings.data / "inbox").iterdir()
    assert "căn cước" in part.read_text()
    await asyncio.sleep(1)
    assert (folder / "a.wav").exists()


async def test_the_command_line_finds_and_lists_them(
    database: Database, knowledge: Knowledge, folder: Path, talk: bytes
) -> None:
    record(folder / "a.wav", talk)
    await inbox(folder, database, knowledge, Hearing(CARD, PHONE)).sweep()
    environment = {"MOTCUA_DATA": str(database.settings.data), "DATABASE_URL": "", "COLUMNS": "200"}
    for arguments in (["search", "can cuoc"], ["list"]):
        done = await asyncio.to_thread(CliRunner(env=environment).invoke, app, ["recordings", *arguments])
        assert done.exit_code == 0, done.output
        assert "a.wav" in done.output
        assert "Cấp, quản lý căn cước" in done.output
    nothing = await asyncio.to_thread(CliRunner(env=environment).invoke, app, ["recordings", "search", "hộ chiếu"])
    assert "Nothing was said" in nothing.output
