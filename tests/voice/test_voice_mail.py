"""Messages over real lines: left after the tone, by whom all lines are busy or no clerk takes, and written down."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import numpy as np
from sqlalchemy import select

from records.database import Database
from records.models import VoiceMail
from records.recordings import blocks, voice_mail_path
from records.staff import call_backs
from tests.voice.calling import VOICE, Caller, Reader, ScriptedApi, hotline
from voice.executor import Workshop
from voice.hotline import Hotline
from voice.messages import write_down
from voice.recognition.service import RecognitionService
from voice.telephony.tape import Tape

MESSAGE = "Hồ sơ đất của tôi nộp từ tháng trước, nhờ cán bộ xem giúp."
SECOND = 16_000
"""Bytes of one second."""


async def kept(database: Database) -> list[VoiceMail]:
    async with database.session() as session:
        return list((await session.execute(select(VoiceMail))).scalars())


async def until_kept(database: Database) -> None:
    async with asyncio.timeout(10):
        while not await kept(database):  # noqa: ASYNC110 - another task stores it
            await asyncio.sleep(0.1)


@asynccontextmanager
async def second_caller(line: Hotline, port: int) -> AsyncGenerator[tuple[Caller, uuid.UUID]]:
    """Somebody who calls while the only line is taken, and wants to leave a message."""
    first, second = await line.announce(None), await line.announce("0200000001")
    async with Caller.calling(port, first) as talking:
        await talking.until_heard()
        async with Caller.calling(port, second) as caller:
            await caller.until_heard()
            await to_the_tone(caller)
            yield caller, second


async def to_the_tone(caller: Caller) -> None:
    """Asks for a message, and cuts short what is said before the tone."""
    caller.press("2")
    await asyncio.sleep(1)
    await caller.until_heard()
    caller.press("#")
    await asyncio.sleep(0.3)


def tones(heard: bytearray) -> int:
    """How many times the tone of 1 kHz was heard."""
    samples = np.frombuffer(heard[: len(heard) // 640 * 640], np.int16).reshape(-1, 320).astype(float)
    spectrum = np.abs(np.fft.rfft(samples, axis=1)) ** 2
    pure = spectrum[:, 38:43].sum(axis=1) > 0.9 * np.maximum(spectrum.sum(axis=1), 1e6)
    return int(np.sum(np.diff(pure.astype(int)) == 1))


async def test_a_message_left_when_all_lines_are_busy_is_kept_and_written_down(database: Database) -> None:
    async with hotline(database, Reader(), ScriptedApi(), voice_calls=1) as (line, port):
        async with second_caller(line, port) as (caller, call_id):
            await caller.say(MESSAGE)
            caller.press("#")
            await caller.until_heard()
            caller.press("1")
            await asyncio.wait_for(caller.ended.wait(), 20)
        reader = Reader(["hồ sơ của tôi số không chín không không một hai ba bốn năm sáu"])
        recognition = RecognitionService(reader, Workshop("messages", 1, 4))
        assert await write_down(database, recognition)
        assert not await write_down(database, recognition)
    (message,) = await kept(database)
    path = voice_mail_path(database.settings, call_id)
    sound = b"".join(blocks(path, database.vault))
    spoken = len(VOICE.speak(MESSAGE, 1.0)) / SECOND
    assert 0.7 * spoken < message.seconds < spoken + 1
    assert len(sound) == int(message.seconds * 2 * SECOND)
    assert sound[:2000] not in path.read_bytes()
    assert message.transcript
    assert {word["text"] for word in message.transcript[0]["words"]} == {"•••"}, "a number is masked"
    assert message.phone is not None
    assert database.vault.decrypt(message.phone) == "0200000001"


async def test_silence_at_the_tone_leaves_nothing(database: Database) -> None:
    async with (
        hotline(database, Reader(), ScriptedApi(), voice_calls=1) as (line, port),
        second_caller(line, port) as (caller, call_id),
    ):
        caller.press("#")
        await caller.until_heard()
        await caller.until_quiet()
        assert tones(caller.heard) == 1
        caller.press("#")
        await asyncio.wait_for(caller.ended.wait(), 20)
    assert await kept(database) == []
    assert not voice_mail_path(database.settings, call_id).exists()


async def test_who_hangs_up_after_speaking_has_left_a_message_when_no_clerk_took_the_call(database: Database) -> None:
    async with hotline(database, Reader(), ScriptedApi(), voice_calls=1) as (line, port):
        call_id = await line.announce("0200000001")
        assert line.admits(call_id)
        await line.missed(call_id)
        async with Caller.calling(port, call_id) as caller:
            await caller.until_heard()
            await to_the_tone(caller)
            await caller.say(MESSAGE)
        await until_kept(database)
    async with database.session() as session:
        ((promised, _, _),) = await call_backs.waiting(session)
    assert promised.call_id == call_id


def test_a_tape_keeps_speech_up_to_its_last_voice_and_no_cough() -> None:
    tape = Tape(longest=10)
    tape.start()
    tape.add(bytes(SECOND // 4), voiced=True)
    assert tape.take() is None
    tape.start()
    tape.add(b"\1\0" * SECOND, voiced=True)
    tape.add(bytes(3 * SECOND), voiced=False)
    assert (tape.seconds, tape.quiet, tape.full) == (2.0, 3.0, False)
    tape.add(bytes(5 * SECOND), voiced=False)
    assert tape.full
    assert tape.take() == b"\1\0\1\0" * SECOND
    assert tape.take() is None
