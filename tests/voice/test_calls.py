"""Whole calls over AudioSocket: real lines, voice activity, turns and voice; recognition from a list."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any
from unittest.mock import AsyncMock

import numpy as np
import pytest
from pipecat.frames.frames import OutputAudioRawFrame
from pipecat.tests.utils import run_test

from records.database import Database
from records.models import Call
from records.recordings import as_wave, recording_path
from records.staff import call_backs
from tests.voice.calling import VOICE, Caller, Reader, ScriptedApi, hotline, until
from voice.desk import CallDesk
from voice.dialogue import phrases
from voice.executor import Workshop
from voice.frames import SpeechFrame, SpokenFrame
from voice.hotline import Full
from voice.recognition.transcript import Samples, Transcript
from voice.synthesis.service import Mouth, SpeechService
from voice.telephony.audiosocket import Kind, frame

FEE = {"text": "Dạ, lệ phí là 50.000 đồng.", "procedure": {"code": "1.000001", "name": "Đổi bằng lái"}}


@pytest.fixture
def brief_greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "GREETING", "Dạ, em nghe.")


async def test_a_caller_is_greeted_asks_and_hears_an_answer(database: Database) -> None:
    api = ScriptedApi({"đổi bằng lái bao nhiêu tiền": FEE})
    async with hotline(database, Reader(["đổi bằng lái bao nhiêu tiền"]), api) as (line, port):
        call_id = await line.announce("0200000000")
        async with Caller.calling(port, call_id) as caller:
            await caller.until_heard()
            await caller.until_quiet()
            await caller.say("Đổi bằng lái xe hết bao nhiêu tiền?")
            await caller.until_heard()
            await caller.until_quiet()
            assert [taken["text"] for taken in api.taken] == ["đổi bằng lái bao nhiêu tiền"]
            assert max(caller.gaps) < 2.0, "Asterisk would have dropped the call"
        await asyncio.sleep(0.5)
    async with database.session() as session:
        call = await session.get_one(Call, call_id)
    assert call.ending == "lost"
    assert call.summary == "hỏi về Đổi bằng lái"
    assert [line["speaker"] for line in call.transcript] == ["assistant", "caller", "assistant"]
    assert call.transcript[1]["words"][0]["confidence"] == 0.9
    assert len(as_wave(recording_path(database.settings, call_id), database.vault)) > 100_000


async def test_lines_that_were_not_announced_are_closed(database: Database) -> None:
    async with hotline(database, Reader(), ScriptedApi()) as (line, port):
        known = await line.announce(None)
        for first in (
            frame(Kind.IDENTIFIER, uuid.uuid4().bytes),
            b"GET / HTTP/1.1\r\n\r\n",
            frame(Kind.SOUND, bytes(320)),
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(first)
            assert await asyncio.wait_for(reader.read(), 7) == b""
            writer.close()
        assert line.admits(known)
        assert not line.admits(known)


@pytest.mark.parametrize("code", ["H99.10-261102-0003"])
async def test_keys_while_being_spoken_to_enter_a_code_that_is_read_back(database: Database, code: str) -> None:
    asks = {"text": "Dạ, anh/chị cho em xin mã hồ sơ ạ. " * 4, "intent": "dossier_status", "expects": "dossier_code"}
    api = ScriptedApi({"hồ sơ của tôi": asks})
    async with (
        hotline(database, Reader(["hồ sơ của tôi"]), api) as (line, port),
        Caller.calling(port, await line.announce(None)) as caller,
    ):
        await caller.until_heard()
        await caller.until_quiet()
        await caller.say("Hồ sơ của tôi tới đâu rồi?")
        await until(lambda: bool(api.taken), 15)
        await caller.until_heard()
        caller.press("99102611020003#")
        await caller.until_quiet()
        assert len(api.taken) == 1, "nothing is done with a code before it was read back"
        caller.press("1")
        await caller.until_heard()
    assert [taken["text"] for taken in api.taken] == ["hồ sơ của tôi", code]


async def test_a_caller_hears_something_while_work_takes_long(database: Database) -> None:
    api = ScriptedApi({}, seconds=3.0)
    async with (
        hotline(database, Reader(["câu hỏi khó"]), api) as (line, port),
        Caller.calling(port, await line.announce(None)) as caller,
    ):
        await caller.until_heard()
        await caller.until_quiet()
        await caller.say("Một câu hỏi khó cho em đây.")
        began = asyncio.get_running_loop().time()
        await caller.until_heard()
        assert asyncio.get_running_loop().time() - began < 2.0
        assert api.taken == []


@pytest.mark.usefixtures("brief_greeting")
async def test_work_of_many_seconds_is_never_silent_for_two(database: Database) -> None:
    api = ScriptedApi({}, seconds=9.0)
    async with (
        hotline(database, Reader(["câu hỏi khó", "vâng"]), api, voice_record=False) as (line, port),
        Caller.calling(port, await line.announce(None)) as caller,
    ):
        await caller.until_heard()
        await caller.until_quiet()
        await caller.say("Một câu hỏi khó cho em đây.")
        asked = len(caller.heard)
        await caller.until_heard()
        await caller.say("Vâng.")
        await until(lambda: bool(api.taken), 15)
        await caller.until_heard()
        assert caller.longest_silence(asked) < 2.0


@pytest.mark.usefixtures("brief_greeting")
async def test_the_greeting_does_not_wait_for_the_assistant(database: Database) -> None:
    api = ScriptedApi({"đổi bằng lái bao nhiêu tiền": FEE}, begin_seconds=3.0)
    async with hotline(database, Reader(["đổi bằng lái bao nhiêu tiền"]), api, voice_record=False) as (line, port):
        call_id = await line.announce(None)
        async with Caller.calling(port, call_id) as caller:
            await caller.until_heard(2)
            await caller.until_quiet()
            await caller.say("Đổi bằng lái xe hết bao nhiêu tiền?")
            await until(lambda: bool(api.taken), 15)
    async with database.session() as session:
        assert str((await session.get_one(Call, call_id)).conversation_id) == api.conversation


@pytest.mark.usefixtures("brief_greeting")
async def test_without_an_assistant_a_caller_still_gets_a_person(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CallDesk, "clerk_available", AsyncMock(return_value=True))
    api = ScriptedApi()
    api.down = True
    async with hotline(database, Reader(["đổi bằng lái bao nhiêu tiền"]), api, voice_record=False) as (line, port):
        call_id = await line.announce("0200000000")
        async with Caller.calling(port, call_id) as caller:
            await caller.until_heard(2)
            await caller.until_quiet()
            await caller.say("Đổi bằng lái xe hết bao nhiêu tiền?")
            await caller.until_heard()
            caller.press("0")
            await asyncio.wait_for(caller.ended.wait(), 20)
    call = await ended(database, call_id)
    assert call.ending == "queue"
    assert phrases.UNAVAILABLE in said(call)


class Failing(Reader):
    """Recognition that fails with the first turn."""

    def transcribe(self, samples: Samples) -> Transcript:
        if not self.heard:
            self.heard.append(samples)
            raise RuntimeError("out of memory")
        return super().transcribe(samples)


@pytest.mark.usefixtures("brief_greeting")
async def test_what_fails_in_a_turn_is_said_and_the_call_goes_on(database: Database) -> None:
    broken: dict[str, Any] = {"text": None}
    api = ScriptedApi({"câu thứ hai": broken, "đổi bằng lái bao nhiêu tiền": FEE})
    reader = Failing(["câu thứ hai", "đổi bằng lái bao nhiêu tiền"])
    async with hotline(database, reader, api, voice_record=False) as (line, port):
        call_id = await line.announce(None)
        async with Caller.calling(port, call_id) as caller:
            await caller.until_heard()
            for sentence in ("Câu đầu tiên của tôi.", "Câu thứ hai của tôi.", "Đổi bằng lái bao nhiêu tiền?"):
                await caller.until_quiet()
                await caller.say(sentence)
                await caller.until_heard()
            await caller.until_quiet()
    lines = said(await ended(database, call_id))
    assert lines[1:3] == [phrases.NOT_HEARD, phrases.UNAVAILABLE]
    assert "năm mươi nghìn" in lines[3]


async def ended(database: Database, call_id: uuid.UUID) -> Call:
    async with asyncio.timeout(10):
        while True:
            async with database.session() as session:
                call = await session.get_one(Call, call_id)
            if call.ending is not None:
                return call
            await asyncio.sleep(0.1)


def said(call: Call) -> list[str]:
    """The assistant's lines."""
    return [line["text"] for line in call.transcript if line["speaker"] == "assistant"]


async def test_a_sentence_that_cannot_be_spoken_is_left_out() -> None:
    class Halting:
        def speak(self, text: str, pace: float) -> bytes:
            if "hai" in text:
                raise RuntimeError("no such sound")
            return bytes(320)

    mouth = Mouth(SpeechService(Halting(), Workshop("speech", 1, 4)))
    await run_test(
        mouth,
        frames_to_send=[SpeechFrame("Câu một. Câu hai. Câu ba.", 1.0)],
        expected_down_frames=[OutputAudioRawFrame, OutputAudioRawFrame, SpokenFrame],
    )


async def test_a_listening_yes_does_not_interrupt_but_speech_does(database: Database) -> None:
    api = ScriptedApi()
    async with (
        hotline(database, Reader(["vâng ạ", "cho tôi hỏi việc khác"]), api) as (line, port),
        Caller.calling(port, await line.announce(None)) as caller,
    ):
        await caller.until_heard()
        await caller.say("Vâng ạ.")
        await asyncio.sleep(1.5)
        assert caller.loud(len(caller.heard) - 8000), "the greeting goes on"
        await caller.say("Cho tôi hỏi một việc khác nữa nhé.")
        assert not caller.loud(len(caller.heard) - 4000), "the greeting has stopped"
        await caller.until_heard()
    assert [taken["text"] for taken in api.taken] == ["cho tôi hỏi việc khác"]


async def test_what_is_said_over_the_assistant_is_heard_from_its_first_word(database: Database) -> None:
    question = "đổi bằng lái bao nhiêu tiền"
    reader, api = Reader([question]), ScriptedApi({question: FEE})
    over = VOICE.speak("Cho tôi hỏi đổi bằng lái xe hết bao nhiêu tiền?", 1.0)
    async with hotline(database, reader, api) as (line, port):
        call_id = await line.announce(None)
        async with Caller.calling(port, call_id) as caller:
            await caller.until_heard()
            await caller.until_quiet()
            caller.press("*")
            await caller.until_heard()
            await asyncio.sleep(1)
            await caller.play(over)
            assert not caller.loud(len(caller.heard) - 4000), "the assistant has stopped"
            await caller.until_heard()
    assert [taken["text"] for taken in api.taken] == [question]
    assert len(reader.heard[-1]) / 16_000 > len(over) / 16_000 * 0.85
    sound = as_wave(recording_path(database.settings, call_id), database.vault)[44:]
    loud = np.abs(np.frombuffer(sound, np.int16).astype(int)).reshape(-1, 2) > 500
    tenths = loud[: len(loud) // 800 * 800].reshape(-1, 800, 2).any(axis=1)
    assert tenths.all(axis=1).sum() >= 5, "both are on the recording at the same time"


async def test_nobody_is_recorded_who_was_not_told(database: Database) -> None:
    question = "đổi bằng lái bao nhiêu tiền"
    async with hotline(database, Reader([question, "", ""]), ScriptedApi({question: FEE})) as (line, port):
        told, not_told = await line.announce(None), await line.announce(None)
        async with Caller.calling(port, not_told) as caller:
            await caller.until_heard()
            await asyncio.sleep(1)
        async with Caller.calling(port, told) as caller:
            await caller.until_heard()
            await asyncio.sleep(1)
            await caller.say("Cho tôi hỏi đổi bằng lái xe hết bao nhiêu tiền?")
            await caller.until_heard()
            await caller.until_quiet()
    assert not (await ended(database, not_told)).recorded
    assert not recording_path(database.settings, not_told).exists()
    call = await ended(database, told)
    assert call.recorded
    assert said(call)[1].startswith(phrases.CONSENT)
    sound = np.frombuffer(as_wave(recording_path(database.settings, told), database.vault)[44:], np.int16)
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 500) // 2 / 8000
    assert loud[0] > call.transcript[2]["start"] + 2, "what came before the sentence to the end of it is silence"


async def test_when_all_lines_are_busy_a_caller_is_called_back(database: Database) -> None:
    async with hotline(database, Reader(), ScriptedApi(), voice_calls=1, voice_waiting_calls=1) as (line, port):
        first, second = await line.announce("0200000001"), await line.announce("0200000002")
        with pytest.raises(Full):
            await line.announce("0200000003")
        async with Caller.calling(port, first) as talking, Caller.calling(port, second) as waiting:
            await talking.until_heard()
            await waiting.until_heard()
            waiting.press("1")
            await asyncio.wait_for(waiting.ended.wait(), 25)
    async with database.session() as session:
        assert [back.call_id for back, _, _ in await call_backs.waiting(session)] == [second]


async def test_who_presses_nothing_hears_the_offer_once_more_and_a_goodbye(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "BUSY", "Bấm một để được gọi lại.")
    monkeypatch.setattr(phrases, "PRESS_FOR_MESSAGE", "Bấm hai để nhắn.")
    async with hotline(database, Reader(), ScriptedApi(), voice_calls=1, voice_waiting_calls=1) as (line, port):
        first, second = await line.announce("0200000001"), await line.announce("0200000002")
        async with Caller.calling(port, first) as talking, Caller.calling(port, second) as waiting:
            await talking.until_heard()
            for _ in ("the offer", "the offer again"):
                await waiting.until_heard()
                await waiting.until_quiet()
            await waiting.until_heard()
            await asyncio.wait_for(waiting.ended.wait(), 15)
    async with database.session() as session:
        assert await call_backs.waiting(session) == []
        assert (await session.get_one(Call, second)).ending == "busy"
