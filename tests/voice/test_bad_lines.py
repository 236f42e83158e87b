"""Lines as they should not be: cut, broken, flooded, noisy. Other calls go on, and nothing is made up."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from records.database import Database
from records.models import Call
from tests.voice.calling import SLICE, Caller, Reader, ScriptedApi, hotline, until
from voice.telephony.audiosocket import Kind, frame


async def test_a_line_that_is_cut_ends_its_call_and_frees_its_place(database: Database) -> None:
    async with hotline(database, Reader(), ScriptedApi(), voice_calls=1) as (line, port):
        call_id = await line.announce(None)
        async with Caller.calling(port, call_id) as caller:
            await caller.until_heard()
        await until(lambda: line.talking == 0, 20)
        async with Caller.calling(port, await line.announce(None)) as caller:
            await caller.until_heard()
    async with database.session() as session:
        assert (await session.get_one(Call, call_id)).ending == "lost"


async def test_broken_frames_are_passed_over_until_the_stream_itself_breaks(database: Database) -> None:
    api = ScriptedApi()
    async with (
        hotline(database, Reader(["câu hỏi của tôi"]), api) as (line, port),
        Caller.calling(port, await line.announce(None)) as caller,
    ):
        await caller.until_heard()
        for kind, payload in (
            (0x42, b"?"),
            (Kind.SOUND, b"\0" * 3),
            (Kind.SOUND, b""),
            (Kind.DIGIT, b"\xff"),
            (3, b"12"),
        ):
            caller.writer.write(bytes([kind]) + len(payload).to_bytes(2, "big") + payload)
        await caller.until_quiet()
        await caller.say("Cho tôi hỏi một câu hỏi của tôi.")
        await until(lambda: bool(api.taken), 20)
        caller.writer.write(frame(Kind.SOUND, bytes(SLICE))[:100])
        caller.writer.close()
        await until(lambda: line.talking == 0, 20)


async def test_a_flood_of_connections_does_not_keep_a_caller_out(database: Database) -> None:
    async with hotline(database, Reader(), ScriptedApi()) as (line, port):
        flood = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        async with Caller.calling(port, await line.announce(None)) as caller:
            await caller.until_heard()
        for reader, writer in flood:
            assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()


@pytest.mark.parametrize("kind", ["hiss", "hum", "music"])
async def test_sound_without_a_voice_is_no_question(database: Database, kind: str) -> None:
    seconds = np.arange(4 * 8000) / 8000
    sounds = {
        "hiss": np.random.default_rng(3).normal(0, 0.05, len(seconds)),
        "hum": 0.2 * np.sin(2 * np.pi * 50 * seconds),
        "music": 0.08 * sum(np.sin(2 * np.pi * f * seconds) * (seconds * 2 % 1 < 0.8) for f in (262, 330, 392)),
    }
    api, reader = ScriptedApi(), Reader(["câu không ai nói"])
    async with (
        hotline(database, reader, api) as (line, port),
        Caller.calling(port, await line.announce(None)) as caller,
    ):
        await caller.until_heard()
        await caller.until_quiet()
        await caller.play((sounds[kind] * 32767).astype(np.int16).tobytes())
        await asyncio.sleep(2)
    assert reader.heard == []
    assert api.taken == []
