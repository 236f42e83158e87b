"""Voice notes from the webhook to the answer: the channels' protocols, real files, the voice process's own HTTP."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import select

from api import hearing
from api.channels.registry import open_channels
from api.hearing import Hearing
from api.jobs import HEARINGS, Jobs
from api.settings import Settings
from api.turns import Turns
from records import attachments
from records.database import Database
from records.models import Attachment, Message, MessageState
from tests.api.channels.conftest import stored
from tests.api.rasa import ScriptedRasa
from tests.fakes.telegram import Citizen, FakeTelegram
from tests.fakes.telegram import signed as signed_by_telegram
from tests.fakes.zalo import FakeZalo, Follower
from tests.fakes.zalo import signed as signed_by_zalo
from tests.stack import free_port
from tests.voice.calling import VOICE, Reader, ScriptedApi, hotline
from voice.recognition.transcript import Recogniser
from voice.recognition.whisper import Whisper
from voice.server import create_app
from voice.settings import Settings as VoiceSettings

TOKEN = "internal"
QUESTION = "làm khai sinh cần giấy tờ gì"


def sound(container: str, codec: str, seconds: float = 0) -> bytes:
    """Somebody who asks, or silence of that length, as a telephone's program records it."""
    said = (
        np.frombuffer(VOICE.speak(QUESTION, 1.0), np.int16) if not seconds else np.zeros(int(8000 * seconds), np.int16)
    )
    target = io.BytesIO()
    with av.open(target, "w", format=container) as file:
        stream: Any = file.add_stream(codec, 48_000 if codec == "libopus" else 8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(said.reshape(1, -1), "s16", "mono")
        frame.sample_rate = 8000
        resampled = av.AudioResampler(stream.codec_context.format, "mono", stream.rate, stream.codec_context.frame_size)
        for each in (*resampled.resample(frame), *resampled.resample(None)):
            file.mux(stream.encode(each))
        file.mux(stream.encode(None))
    return target.getvalue()


OPUS = sound("ogg", "libopus")


@asynccontextmanager
async def voice(database: Database, recogniser: Recogniser) -> AsyncGenerator[str]:
    """The HTTP side of the process ``voice``, and where it is."""
    async with hotline(database, recogniser, ScriptedApi()) as (line, _):
        port = free_port()
        app = create_app(line, VoiceSettings(internal_token=SecretStr(TOKEN)))
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await serving


class Worker:
    """The worker's jobs, run until none is due."""

    def __init__(self, database: Database, turns: Turns) -> None:
        self._database = database
        self._turns = turns

    async def work(self, voice_url: str) -> None:
        settings = Settings(voice_url=voice_url, internal_token=SecretStr(TOKEN))
        ear = Hearing(settings)
        async with open_channels(settings, self._database) as channels:
            jobs = Jobs(self._database, self._turns, channels, ear)
            async with jobs.app.open_async():
                await jobs.app.run_worker_async(wait=False, delete_jobs="always", listen_notify=False)
        await ear.close()


@pytest.fixture
def worker(database: Database, turns: Turns) -> Worker:
    return Worker(database, turns)


@pytest.fixture
def citizen() -> Citizen:
    return Citizen(5_000_000_001)


def note(citizen: Citizen, file_id: str, seconds: int = 2) -> dict[str, Any]:
    voice = {"file_id": file_id, "file_unique_id": "AgADv", "duration": seconds, "mime_type": "audio/ogg"}
    return citizen.message({"voice": voice | {"file_size": 9000}})


async def bring(client: httpx.AsyncClient, update: dict[str, Any]) -> None:
    body, headers = signed_by_telegram(update)
    (await client.post("/channels/telegram", content=body, headers=headers)).raise_for_status()


def texts(telegram: FakeTelegram) -> list[str]:
    return [sent["text"] for sent in telegram.sent]


async def attachment_of(database: Database) -> Attachment:
    async with database.session() as session:
        return (await session.execute(select(Attachment))).scalar_one()


@pytest.mark.usefixtures("telegram")
class TestTelegram:
    async def test_a_note_is_answered_like_a_typed_message_and_says_what_was_heard(
        self, client: httpx.AsyncClient, telegram: FakeTelegram, database: Database, worker: Worker, citizen: Citizen
    ) -> None:
        telegram.files["NOTE"] = OPUS
        async with voice(database, Reader([QUESTION])) as url:
            await bring(client, note(citizen, "NOTE"))
            await bring(client, citizen.says("còn lệ phí?"))
            await worker.work(url)

        assert texts(telegram) == [f"Dạ, em nghe được: «{QUESTION}»", f"re: {QUESTION}", "re: còn lệ phí?"]
        (button,) = telegram.sent[0]["reply_markup"]["inline_keyboard"][0]
        assert button["text"] == "Sửa lại"
        assert (await stored(database))[0].text == QUESTION

    async def test_the_button_reaches_the_bot(
        self,
        client: httpx.AsyncClient,
        telegram: FakeTelegram,
        database: Database,
        worker: Worker,
        citizen: Citizen,
        rasa: ScriptedRasa,
    ) -> None:
        telegram.files["NOTE"] = OPUS
        async with voice(database, Reader([QUESTION])) as url:
            await bring(client, note(citizen, "NOTE"))
            await worker.work(url)
            pressed = telegram.sent[0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
            await bring(client, citizen.presses(pressed))
            await worker.work(url)

        assert rasa.received[-1]["text"] == '/correct{"field": "heard"}'
        assert [each["metadata"]["attachments"] for each in rasa.received] == [[], []]

    async def test_the_original_lies_encrypted_and_can_be_read(
        self, client: httpx.AsyncClient, telegram: FakeTelegram, database: Database, worker: Worker, citizen: Citizen
    ) -> None:
        telegram.files["NOTE"] = OPUS
        async with voice(database, Reader([QUESTION])) as url:
            await bring(client, note(citizen, "NOTE"))
            await worker.work(url)

        kept = [file.read_bytes() for file in database.settings.attachments.rglob("*") if file.is_file()]
        assert [b"OggS" in content for content in kept] == [False]
        async with database.session() as session:
            file = (await session.execute(select(Attachment))).scalar_one()
            assert b"".join([block async for block in attachments.read(session, file)]) == OPUS
        assert (file.size, file.transcript) == (len(OPUS), QUESTION)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (sound("ogg", "libopus", 3), hearing.NOTHING_HEARD),
            (sound("ogg", "libopus", 121), hearing.TOO_LONG),
            (OPUS[:200], hearing.NOTHING_HEARD),
        ],
        ids=["silence", "too long", "broken"],
    )
    async def test_what_cannot_be_heard_is_said_and_the_next_message_is_answered(
        self,
        client: httpx.AsyncClient,
        telegram: FakeTelegram,
        database: Database,
        worker: Worker,
        citizen: Citizen,
        content: bytes,
        said: str,
    ) -> None:
        telegram.files["NOTE"] = content
        async with voice(database, Reader(["không bao giờ"])) as url:
            await bring(client, note(citizen, "NOTE"))
            await bring(client, citizen.says("lệ phí?"))
            await worker.work(url)
        assert texts(telegram) == [said, "re: lệ phí?"]

    async def test_without_speech_weights_the_citizen_is_asked_to_type(
        self, client: httpx.AsyncClient, telegram: FakeTelegram, worker: Worker, citizen: Citizen
    ) -> None:
        telegram.files["NOTE"] = OPUS
        await bring(client, note(citizen, "NOTE"))
        await worker.work("")
        assert texts(telegram) == [hearing.CANNOT_HEAR]

    async def test_a_voice_process_that_stays_away_is_waited_for_then_given_up(
        self, client: httpx.AsyncClient, telegram: FakeTelegram, database: Database, worker: Worker, citizen: Citizen
    ) -> None:
        telegram.files["NOTE"] = OPUS
        away = f"http://127.0.0.1:{free_port()}"
        await bring(client, note(citizen, "NOTE"))
        await worker.work(away)
        assert texts(telegram) == []
        assert (await attachment_of(database)).attempts == 1

        async with open_channels(Settings(), database) as channels:
            ear = Hearing(Settings(voice_url=away))
            jobs = Jobs(database, worker._turns, channels, ear)
            for _ in range(HEARINGS - 1):
                await jobs.hear(str((await attachment_of(database)).id))
            await ear.close()
        await worker.work("")
        assert texts(telegram) == [hearing.CANNOT_HEAR]

    async def test_a_refused_token_is_no_silence(
        self, client: httpx.AsyncClient, telegram: FakeTelegram, database: Database, worker: Worker, citizen: Citizen
    ) -> None:
        telegram.files["NOTE"] = OPUS
        await bring(client, note(citizen, "NOTE"))
        async with voice(database, Reader([QUESTION])) as url, httpx.AsyncClient() as stranger:
            assert (await stranger.post(f"{url}/transcripts", content=OPUS)).status_code == 401

    async def test_a_note_that_telegram_does_not_give_is_given_up(
        self, client: httpx.AsyncClient, telegram: FakeTelegram, database: Database, worker: Worker, citizen: Citizen
    ) -> None:
        await bring(client, note(citizen, "GONE"))
        await bring(client, citizen.says("lệ phí?"))
        await worker.work("")
        assert texts(telegram)[0].startswith("Dạ, em chưa nhận được tệp")
        assert texts(telegram)[1:] == ["re: lệ phí?"]

    async def test_sound_that_a_report_asked_for_is_a_file(
        self,
        client: httpx.AsyncClient,
        telegram: FakeTelegram,
        database: Database,
        worker: Worker,
        citizen: Citizen,
        rasa: ScriptedRasa,
    ) -> None:
        telegram.files["NOTE"] = OPUS
        await bring(client, citizen.says("gửi phản ánh"))
        await worker.work("")
        async with database.session() as session:
            (asked,) = (await session.execute(select(Message).where(Message.sender == "citizen"))).scalars()
            asked.understanding = {"intent": "give_feedback", "expects": "feedback_attachments"}
        await bring(client, note(citizen, "NOTE"))
        await worker.work("")
        (file,) = rasa.received[-1]["metadata"]["attachments"]
        assert file["id"] == str((await attachment_of(database)).id)


@pytest.mark.usefixtures("zalo", "zalo_tokens")
async def test_a_note_on_zalo_is_fetched_heard_and_answered(
    client: httpx.AsyncClient, zalo: FakeZalo, database: Database, worker: Worker
) -> None:
    zalo.files["note.m4a"] = sound("ipod", "aac")
    event = Follower().sends("audio", None, {"url": f"{zalo.url}/files/note.m4a"})
    body, headers = signed_by_zalo(event)
    async with voice(database, Reader([QUESTION])) as url:
        (await client.post("/channels/zalo", content=body, headers=headers)).raise_for_status()
        await worker.work(url)
    assert [sent["message"]["text"] for sent in zalo.sent] == [f"Dạ, em nghe được: «{QUESTION}»", f"re: {QUESTION}"]
    (message,) = [one for one in await stored(database) if one.sender == "citizen"]
    assert (message.text, message.state) == (QUESTION, MessageState.ANSWERED)


@pytest.mark.usefixtures("telegram")
async def test_a_person_s_note_is_heard_by_whisper(
    client: httpx.AsyncClient,
    telegram: FakeTelegram,
    database: Database,
    worker: Worker,
    citizen: Citizen,
    shared: Path,
) -> None:
    if VoiceSettings().model() is None:
        pytest.skip("no speech weights (script/setup --with-speech)")
    listed: Sequence[dict[str, str]] = json.loads((shared / "speech" / "transcripts.json").read_text())
    telegram.files["NOTE"] = (shared / "speech" / listed[0]["file"]).read_bytes()
    async with voice(database, Whisper(VoiceSettings())) as url:
        await bring(client, note(citizen, "NOTE"))
        await worker.work(url)
    heard, answer = texts(telegram)
    words = set(heard.lower().split("«")[1].rstrip("»").split())
    assert len(words & set(listed[0]["text"].lower().split())) >= len(words) / 3
    assert answer == "re: " + heard.split("«")[1].rstrip("»")
