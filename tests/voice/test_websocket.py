"""Calls of browsers and media gateways: announced over HTTP, carried over a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import numpy as np
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from records.database import Database
from records.models import Call
from tests.stack import free_port
from tests.voice.calling import SLICE, VOICE, Reader, ScriptedApi, hotline, until
from voice.server import create_app
from voice.settings import Settings

TOKEN = {"Authorization": "Bearer internal"}


@asynccontextmanager
async def serving(database: Database, reader: Reader, api: ScriptedApi) -> AsyncGenerator[str]:
    """The HTTP side of a hotline; yields its address without a scheme."""
    settings = Settings(internal_token="internal")  # pyright: ignore[reportArgumentType]
    async with hotline(database, reader, api) as (line, _):
        config = uvicorn.Config(create_app(line, settings), port=free_port(), log_level="warning")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        await until(lambda: server.started, 20)
        yield f"127.0.0.1:{config.port}"
        server.should_exit = True
        await running


async def heard(line: ClientConnection, seconds: float = 15) -> None:
    """Waits for sound that is not silence."""
    async with asyncio.timeout(seconds):
        while True:
            sound = await line.recv()
            assert isinstance(sound, bytes)
            assert len(sound) == SLICE
            if np.abs(np.frombuffer(sound, np.int16).astype(int)).max() > 500:
                return


async def say(line: ClientConnection, text: str) -> None:
    """Speaks at the pace of speech, and a second of silence after it."""
    sound = VOICE.speak(text, 1.0) + bytes(16_000)
    for start in range(0, len(sound), SLICE):
        await line.send(sound[start : start + SLICE])
        await asyncio.sleep(0.02)


async def test_a_browser_is_greeted_and_its_question_reaches_the_assistant(database: Database) -> None:
    api = ScriptedApi()
    async with serving(database, Reader(["cho tôi hỏi lệ phí"]), api) as address, httpx.AsyncClient() as http:
        call_id = (await http.post(f"http://{address}/calls", headers=TOKEN)).text
        async with connect(f"ws://{address}/calls/{call_id}/stream") as line:
            await heard(line)
            await line.send("*")
            await line.send("a message of another form")
            await line.send(b"odd")
            await say(line, "Cho tôi hỏi lệ phí là bao nhiêu.")
            await until(lambda: bool(api.taken), 15)
        async with asyncio.timeout(10):
            while await ending(database, call_id) is None:  # noqa: ASYNC110 - another task ends it
                await asyncio.sleep(0.1)
    assert [taken["text"] for taken in api.taken] == ["cho tôi hỏi lệ phí"]
    assert await ending(database, call_id) == "lost"


async def test_a_stream_that_was_not_announced_or_comes_twice_is_refused(database: Database) -> None:
    async with serving(database, Reader(), ScriptedApi()) as address, httpx.AsyncClient() as http:
        assert (await http.post(f"http://{address}/calls")).status_code == 401
        call_id = (await http.post(f"http://{address}/calls", headers=TOKEN)).text
        async with connect(f"ws://{address}/calls/{call_id}/stream") as line:
            await heard(line)
            for refused in (call_id, "00000000-0000-4000-8000-000000000000"):
                with pytest.raises(InvalidStatus, match="403"):
                    await connect(f"ws://{address}/calls/{refused}/stream")


async def ending(database: Database, call_id: str) -> str | None:
    async with database.session() as session:
        return (await session.get_one(Call, call_id)).ending
