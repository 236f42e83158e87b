"""Callers for whom there is no line: what Asterisk is told to play, and the call-back that it asks for them."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import re
import uuid
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import update

from records.database import Database
from records.models import Call, CallBack
from records.staff import call_backs
from tests.stack import ROOT
from tests.voice.calling import VOICE, Caller, Reader, ScriptedApi, agreed, hotline
from voice.announcements import SENTENCES
from voice.dialogue import phrases
from voice.executor import Overloaded
from voice.server import create_app
from voice.settings import Settings
from voice.synthesis.service import SpeechService

TOKEN = {"Authorization": "Bearer internal"}
DIAL_PLAN = ROOT / "voice" / "telephony" / "asterisk" / "extensions.conf"


@asynccontextmanager
async def full(database: Database) -> AsyncGenerator[tuple[httpx.AsyncClient, int]]:
    """A hotline whose only line is taken: its HTTP side, and where it listens for AudioSocket."""
    settings = Settings(internal_token="internal")  # pyright: ignore[reportArgumentType]
    async with hotline(database, Reader(), ScriptedApi(), voice_calls=1, voice_waiting_calls=0) as (line, port):
        transport = httpx.ASGITransport(create_app(line, settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://hotline", headers=TOKEN) as http:
            await line.announce(None)
            assert (await http.post("/calls", data={"caller": "0200000001"})).text == "full"
            yield http, port


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is spoken, in turn."""
    texts: list[str] = []
    speak = SpeechService.speak

    async def noted(service: SpeechService, sentence: str, pace: float) -> bytes:
        texts.append(sentence)
        return await speak(service, sentence, pace)

    monkeypatch.setattr(SpeechService, "speak", noted)
    return texts


async def hear(port: int, call_id: str) -> None:
    """Listens to the end of a call."""
    async with Caller.calling(port, uuid.UUID(call_id)) as caller:
        await caller.until_heard()
        await asyncio.wait_for(caller.ended.wait(), 30)


async def numbers(database: Database) -> list[str]:
    async with database.session() as session:
        return [call_backs.number(session, each) for each, _, _ in await call_backs.waiting(session)]


async def test_every_sound_of_the_dial_plan_is_served_as_a_telephone_plays_it(database: Database) -> None:
    dial_plan = DIAL_PLAN.read_text()
    named = {*re.findall(r"/sounds/([a-z]+)\.wav", dial_plan), *re.findall(r"Set\(SOUND=([a-z]+)\)", dial_plan)}
    async with full(database) as (http, _):
        assert named | {(await http.post("/turned-away")).text} == set(SENTENCES)
        for name, text in SENTENCES.items():
            response = await http.get(f"/sounds/{name}.wav", headers={"Authorization": ""})
            assert response.headers["content-type"] == "audio/wav"
            with wave.open(io.BytesIO(response.content)) as sound:
                assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
                assert sound.getnframes() == pytest.approx(len(VOICE.speak(text, 1.0)) / 2, rel=0.01)
        assert (await http.get("/sounds/another.wav")).status_code == 404


async def test_a_sound_that_cannot_be_made_now_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def overloaded(*_: object) -> bytes:
        raise Overloaded

    monkeypatch.setattr(SpeechService, "speak", overloaded)
    async with full(database) as (http, _):
        assert (await http.get("/sounds/busy.wav")).status_code == 503


@pytest.mark.parametrize("caller", ["", "anonymous", "0000000000", "101", "1234567890123456"])
async def test_a_number_that_cannot_be_called_is_offered_nothing(
    database: Database, spoken: list[str], caller: str
) -> None:
    async with full(database) as (http, port):
        assert (await http.post("/turned-away", data={"caller": "0200000001"})).text == "offer"
        assert (await http.post("/turned-away", data={"caller": caller})).text == "busy"
        call_id = (await http.post("/call-backs", data={"caller": caller})).text
        await hear(port, call_id)
    assert spoken == [f"{phrases.BUSY_WITHOUT_NUMBER} {phrases.THANKS}"]
    assert await numbers(database) == []


async def test_who_wants_to_be_called_waits_once_and_hears_when_the_call_comes(
    database: Database, spoken: list[str]
) -> None:
    async with full(database) as (http, port):
        for _ in range(2):
            call_id = (await http.post("/call-backs", data={"caller": "0200000001"})).text
            await hear(port, call_id)
            async with database.session() as session:
                ((promised, _, _),) = await call_backs.waiting(session)
                assert (await session.get_one(Call, uuid.UUID(call_id))).ending == "busy"
            assert spoken.pop() == agreed(promised)
    assert await numbers(database) == ["0200000001"]


async def test_whose_call_is_overdue_hears_of_no_hours_that_are_gone(database: Database, spoken: list[str]) -> None:
    async with full(database) as (http, port):
        await http.post("/call-backs", data={"caller": "0200000001"})
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        async with database.session() as session:
            await session.execute(update(CallBack).values(earliest=long_ago, latest=long_ago))
        call_id = (await http.post("/call-backs", data={"caller": "0200000001"})).text
        await hear(port, call_id)
    assert spoken == [f"{phrases.CALL_BACK_OVERDUE} {phrases.THANKS}"]


async def test_nobody_is_put_on_the_list_without_the_token(database: Database) -> None:
    async with full(database) as (http, _):
        for address in ("/turned-away", "/call-backs"):
            refused = await http.post(address, data={"caller": "0200000001"}, headers={"Authorization": "Bearer x"})
            assert refused.status_code == 401
    assert await numbers(database) == []
