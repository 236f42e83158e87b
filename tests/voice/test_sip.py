"""A real telephone (baresip) calls through a real Asterisk with the hotline's dial plan into the running assistant.

Skipped, with the reason, where Asterisk or the telephone cannot be had.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import AsyncMock

import psutil
import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import select

from records.database import Database
from records.models import Call, CallBack
from records.settings import Settings as RecordsSettings
from tests.processes import running
from tests.stack import ROOT, Stack, free_pair, free_port
from tests.voice.calling import Reader, agreed, until
from tests.voice.telephone import Telephone
from voice.desk import CallDesk
from voice.dialogue import phrases
from voice.hotline import Hotline
from voice.server import create_app, opened
from voice.settings import Settings
from voice.speaking.numbers import spell
from voice.speaking.portions import portions
from voice.synthesis.service import SENTENCE

pytestmark = pytest.mark.timeout(900)

HOTLINE = "sip:0200000100@127.0.0.1:{exchange}"
CLERK_SAYS = "Dạ, tôi là cán bộ bộ phận một cửa, tôi nghe đây ạ."
DOSSIER, ITS_KEYS, ITS_DIGITS = "H99.10-261102-0003", "99102611020003", "0023"
CANNOT_RUN = 69


@dataclass(frozen=True)
class Ports:
    """Where the parts of one telephone network listen."""

    sip: int
    audiosocket: int
    http: int
    clerk: int


@pytest.fixture
def ports() -> Ports:
    if shutil.which("baresip") is None:
        pytest.skip("no SIP telephone here (apt-get install baresip-core)")
    return Ports(free_port(), free_port(), free_port(), free_pair())


@contextmanager
def exchange(ports: Ports, stack: Stack, folder: Path, token: str | None = None) -> Generator[None]:
    """Asterisk, as ``script/asterisk`` runs it, with the hotline's token or another."""
    environment = {
        **os.environ,
        "MOTCUA_VOICE_PORT": str(ports.http),
        "MOTCUA_VOICE_AUDIOSOCKET_PORT": str(ports.audiosocket),
        "MOTCUA_INTERNAL_TOKEN": token or token_of(stack),
    }
    command = [ROOT / "script" / "asterisk", str(ports.sip), f"lan@127.0.0.1:{ports.clerk}"]
    log = folder / "asterisk.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 300
        while "Asterisk Ready." not in log.read_text():
            if server.poll() == CANNOT_RUN:
                pytest.skip(log.read_text().splitlines()[-1])
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


@asynccontextmanager
async def clerk(ports: Ports, folder: Path) -> AsyncGenerator[None]:
    """A clerk's telephone, once the exchange has found it: calls are put through to telephones that answer only."""
    telephone = Telephone.running(folder / "clerk", "lan", ports.sip, listens=ports.clerk, answers_with=CLERK_SAYS)
    async with telephone:
        await until(lambda: "Endpoint lan is now Reachable" in (folder / "asterisk.log").read_text(), 20)
        yield


@asynccontextmanager
async def hotline(ports: Ports, stack: Stack, heard: list[str], **changes: int) -> AsyncGenerator[None]:
    """The hotline before the running assistant; what is said on the telephone is recognised as ``heard``, in turn."""
    settings = settings_of(ports, stack).model_copy(update=changes)
    async with database_of(stack) as database, opened(settings, database, Reader(heard)) as line:
        config = uvicorn.Config(create_app(line, settings), port=ports.http, log_level="warning")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        await until(lambda: server.started, 20)
        yield
        server.should_exit = True
        await serving


@asynccontextmanager
async def database_of(stack: Stack) -> AsyncGenerator[Database]:
    database = Database.open(RecordsSettings(data=stack.data))
    yield database
    await database.close()


async def promised_to(number: str, stack: Stack) -> list[tuple[CallBack, Call]]:
    """When ``number`` is to be called back, and after which calls."""
    async with database_of(stack) as database, database.session() as session:
        found = await session.execute(select(CallBack, Call).join(Call, Call.id == CallBack.call_id))
        return [(back, call) for back, call in found.tuples() if database.vault.decrypt(back.phone) == number]


def settings_of(ports: Ports, stack: Stack) -> Settings:
    return Settings(
        internal_token=SecretStr(token_of(stack)),
        voice_api_url=stack.url,
        voice_port=ports.http,
        voice_audiosocket_port=ports.audiosocket,
    )


def token_of(stack: Stack) -> str:
    return (stack.data / "internal.key").read_text().strip()


def sentences(text: str) -> list[str]:
    """What is said for the first part of an answer, piece by piece."""
    return SENTENCE.split(portions(text)[0])


def first_sentence(text: str) -> str:
    return sentences(text)[0]


@pytest.fixture(autouse=True)
def office_hours(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATA", str(stack.data))
    monkeypatch.setattr(CallDesk, "clerk_available", AsyncMock(return_value=True))


async def test_a_citizen_asks_checks_a_dossier_by_keypad_and_is_put_through(
    ports: Ports, stack: Stack, tmp_path: Path
) -> None:
    question = "đăng ký khai sinh cho con hết bao nhiêu tiền"
    fee = first_sentence(stack.chat().say(question)["messages"][0]["text"])
    chat = stack.chat()
    chat.say(DOSSIER)
    state = first_sentence(chat.say(ITS_DIGITS)["messages"][0]["text"])
    with exchange(ports, stack, tmp_path):
        async with (
            hotline(ports, stack, [question, "thôi em", "hồ sơ của tôi tới đâu rồi"]),
            clerk(ports, tmp_path),
            Telephone.running(tmp_path / "caller", "0200000001", ports.sip) as caller,
        ):
            await caller.dial(HOTLINE.format(exchange=ports.sip))
            await caller.until_said(first_sentence(phrases.GREETING))
            await caller.until_said(phrases.INVITE)
            await caller.say("Đăng ký khai sinh cho con hết bao nhiêu tiền?")
            await caller.until_said(fee)
            await caller.until_quiet()
            await caller.say("Thôi em.")
            await caller.until_said(phrases.ANYTHING_ELSE)
            await caller.say("Hồ sơ của tôi tới đâu rồi?")
            await caller.until_said(phrases.PROMPTS["dossier_code"])
            await caller.press(f"{ITS_KEYS}#")
            await caller.until_said(first_sentence(phrases.READ_BACK.format(code=spell(DOSSIER))))
            await caller.press("1")
            await caller.until_said(phrases.PROMPTS["dossier_digits"])
            await caller.press(ITS_DIGITS)
            await caller.until_said(state)
            await caller.press("0")
            await caller.until_said(CLERK_SAYS)
            await caller.hang_up()


async def test_a_citizen_reports_what_is_wrong_and_is_called_back_when_no_clerk_answers(
    ports: Ports, stack: Stack, tmp_path: Path
) -> None:
    heard = [
        "tôi muốn phản ánh đèn đường hỏng cả tuần không ai sửa",
        "ngõ năm thôn Mẫu, xã Mẫu Một",
        "hôm nay",
        "cho tôi gặp cán bộ",
    ]
    with exchange(ports, stack, tmp_path):
        async with (
            hotline(ports, stack, heard),
            Telephone.running(tmp_path / "caller", "0200000002", ports.sip) as caller,
        ):
            await caller.dial(HOTLINE.format(exchange=ports.sip))
            await caller.until_said(phrases.INVITE)
            await caller.say("Tôi muốn phản ánh đèn đường hỏng cả tuần không ai sửa.")
            await caller.until_said(sentences(phrases.PROMPTS["feedback_where"])[1])
            await caller.say("Ngõ năm thôn Mẫu, xã Mẫu Một.")
            await caller.until_said(phrases.PROMPTS["feedback_when"])
            await caller.say("Ngay hôm nay.")
            await caller.until_said(sentences(phrases.PROMPTS["feedback_contact"])[0])
            await caller.press("0900000011#")
            await caller.until_said(first_sentence(phrases.READ_BACK.format(code=spell("0900000011"))))
            await caller.press("1")
            await caller.until_said("Anh chị gửi đi, hay cần sửa chỗ nào ạ?")
            await caller.press("1")
            await caller.until_said("Dạ, em đã gửi phản ánh của anh chị.")
            await caller.until_quiet()
            await caller.say("Cho tôi gặp cán bộ.")
            await caller.until_said(first_sentence(phrases.TRANSFER))
            await caller.until_said(first_sentence(phrases.MISSED))
            await caller.until_hung_up()
    ((_, call),) = await promised_to("0200000002", stack)
    assert call.ending == "queue"


@contextmanager
def voice_process(ports: Ports, stack: Stack, folder: Path) -> Generator[None]:
    """The process ``voice`` with Whisper, as ``script/server`` starts it."""
    if Settings().model() is None:
        pytest.skip("no speech weights (script/setup --with-speech)")
    environment = {
        **stack.environment,
        "MOTCUA_VOICE": "true",
        "MOTCUA_VOICE_PORT": str(ports.http),
        "MOTCUA_VOICE_AUDIOSOCKET_PORT": str(ports.audiosocket),
    }
    command = [sys.executable, "-m", "motcua.cli", "run", "voice"]
    with running(command, environment, folder / "voice.log", f"http://127.0.0.1:{ports.http}/health"):
        yield


async def test_the_process_of_the_hotline_takes_a_call(ports: Ports, stack: Stack, tmp_path: Path) -> None:
    with voice_process(ports, stack, tmp_path), exchange(ports, stack, tmp_path):
        async with Telephone.running(tmp_path / "caller", "0200000003", ports.sip) as caller:
            await caller.dial(HOTLINE.format(exchange=ports.sip))
            await caller.until_said(first_sentence(phrases.GREETING))
            await caller.press(f"{ITS_KEYS}#")
            await caller.until_said(first_sentence(phrases.READ_BACK.format(code=spell(DOSSIER))))
            await caller.press("1")
            await caller.until_said(phrases.PROMPTS["dossier_digits"])
            await caller.hang_up()


async def test_a_clerk_takes_the_calls_that_the_hotline_refuses(ports: Ports, stack: Stack, tmp_path: Path) -> None:
    with exchange(ports, stack, tmp_path, token="another"):
        async with (
            hotline(ports, stack, []),
            clerk(ports, tmp_path),
            Telephone.running(tmp_path / "caller", "0200000004", ports.sip) as caller,
        ):
            await caller.dial(HOTLINE.format(exchange=ports.sip))
            await caller.until_said(CLERK_SAYS)
            await caller.hang_up()


async def test_a_clerk_goes_on_with_a_call_in_which_the_hotline_dies(
    ports: Ports, stack: Stack, tmp_path: Path
) -> None:
    with voice_process(ports, stack, tmp_path), exchange(ports, stack, tmp_path):
        async with (
            clerk(ports, tmp_path),
            Telephone.running(tmp_path / "caller", "0200000005", ports.sip) as caller,
        ):
            await caller.dial(HOTLINE.format(exchange=ports.sip))
            await caller.until_said(first_sentence(phrases.GREETING))
            (process,) = [each for each in psutil.Process().children() if "voice.server" in each.cmdline()]
            process.kill()
            await caller.until_said(CLERK_SAYS)
            await caller.hang_up()


@asynccontextmanager
async def every_line_taken(ports: Ports, stack: Stack, folder: Path, number: str) -> AsyncGenerator[Telephone]:
    """The telephone ``number``, which dials the hotline while somebody else has its only line."""
    with exchange(ports, stack, folder):
        async with (
            hotline(ports, stack, [], voice_calls=1, voice_waiting_calls=0),
            Telephone.running(folder / "first", "0200000006", ports.sip) as first,
            Telephone.running(folder / "second", number, ports.sip) as second,
        ):
            await first.dial(HOTLINE.format(exchange=ports.sip))
            await first.until_said(first_sentence(phrases.GREETING))
            await second.dial(HOTLINE.format(exchange=ports.sip))
            yield second
            await first.hang_up()


async def test_who_finds_every_line_taken_is_called_back(ports: Ports, stack: Stack, tmp_path: Path) -> None:
    async with every_line_taken(ports, stack, tmp_path, "0200000007") as caller:
        await caller.until_said(phrases.FULL)
        await caller.press("1")
        await caller.until_hung_up()
        ((promised, call),) = await promised_to("0200000007", stack)
        await caller.until_said(agreed(promised))
    assert call.ending == "busy"


async def test_who_presses_nothing_hears_the_offer_again_and_a_goodbye(
    ports: Ports, stack: Stack, tmp_path: Path
) -> None:
    async with every_line_taken(ports, stack, tmp_path, "0200000008") as caller:
        for _ in range(2):
            await caller.until_said(phrases.FULL)
        await caller.until_said(phrases.THANKS)
        await caller.until_hung_up()
    assert await promised_to("0200000008", stack) == []


async def test_who_waited_for_a_clerk_without_the_assistant_hears_that_all_are_busy(
    ports: Ports, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hotline, "announce", AsyncMock(side_effect=OSError("no database")))
    with exchange(ports, stack, tmp_path):
        async with (
            hotline(ports, stack, []),
            Telephone.running(tmp_path / "caller", "anonymous", ports.sip) as caller,
        ):
            await caller.dial(HOTLINE.format(exchange=ports.sip))
            await caller.until_said(phrases.FULL_WITHOUT_NUMBER)
            await caller.until_hung_up()
