"""A real SIP telephone: baresip, driven over its control port; what it hears is on disk as it comes in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import wave
from asyncio.subprocess import DEVNULL, create_subprocess_exec
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.stack import free_pair, free_port
from tests.voice.calling import VOICE, until

RATE = 8000
_HEADER = 44
_LOUD = 500
_STRETCHES, _ENOUGH = 7, 3
"""A sentence was said when so many of its stretches are found, as far apart as in it: lines lose some sound."""
_STRETCH = int(0.4 * RATE)
_SAME = 0.65
_SHIFT = int(0.25 * RATE)
_CONFIG = """
sip_listen 127.0.0.1:{sip}
ctrl_tcp_listen 127.0.0.1:{control}
rtp_ports 30000-31000
audio_source aufile,{speech}
audio_player aubridge,ear
audio_alert aubridge,alert
snd_path {folder}
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module aufile.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""


class Telephone:
    """One telephone that calls or answers."""

    def __init__(self, folder: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.events: list[str] = []
        self._folder = folder
        self._reader = reader
        self._writer = writer
        self._followed = 0

    @classmethod
    @asynccontextmanager
    async def running(
        cls, folder: Path, number: str, exchange: int, *, listens: int | None = None, answers_with: str = ""
    ) -> AsyncGenerator[Telephone]:
        """A telephone at the exchange on UDP port ``exchange``; with ``answers_with`` it answers, in those words."""
        control = free_port()
        _equip(folder, number, exchange, listens or free_pair(), control, answers_with)
        with (folder / "baresip.log").open("w") as log:
            process = await create_subprocess_exec("baresip", "-f", folder, stdin=DEVNULL, stdout=log, stderr=log)
        try:
            telephone = cls(folder, *await _control(control))
            watching = asyncio.create_task(telephone._watch())
            yield telephone
            watching.cancel()
        finally:
            process.terminate()
            await process.wait()

    async def dial(self, address: str) -> None:
        """Calls, and waits until somebody answers."""
        await self._command("dial", address)
        await until(lambda: "CALL_ESTABLISHED" in self.events, 20)

    async def say(self, text: str) -> None:
        """Speaks, and waits until it is spoken."""
        sound = VOICE.speak(text, 1.0)
        file = self._folder / f"said-{time.monotonic_ns()}.wav"
        _write(file, sound)
        await self._command("ausrc", f"aufile,{file}")
        await asyncio.sleep(len(sound) / RATE / 2)

    async def press(self, keys: str) -> None:
        """Presses keys one after the other."""
        for key in keys:
            await self._command("sndcode", key)
            await asyncio.sleep(0.25)

    async def hang_up(self) -> None:
        """Ends the call."""
        await self._command("hangup")

    async def until_hung_up(self, seconds: float = 40) -> None:
        """Waits until the other side ends the call."""
        await until(lambda: "CALL_CLOSED" in self.events, seconds)

    async def until_said(self, text: str, seconds: float = 90) -> None:
        """Waits until ``text``, as our voice says it, is heard after what was waited for before."""
        sound = np.frombuffer(VOICE.speak(text, 1.0), np.int16).astype(float)
        deadline, most = time.monotonic() + seconds, 0
        while time.monotonic() < deadline:
            found, at = _found(self._heard()[self._followed :], sound)
            most = max(most, found)
            if found >= _ENOUGH:
                self._followed += at
                return
            await asyncio.sleep(0.5)
        raise AssertionError(f"not heard ({most} of {_STRETCHES} stretches): {text}")

    async def until_quiet(self, seconds: float = 40) -> None:
        """Waits until nothing was heard for a second."""
        await until(lambda: not np.any(np.abs(self._heard()[-RATE:]) > _LOUD), seconds)

    def _heard(self) -> NDArray[np.float64]:
        """What came over the line so far; the header of the file is completed only when the call ends."""
        files = sorted(self._folder.glob("dump-*dec.wav"))
        sound = files[-1].read_bytes()[_HEADER:] if files else b""
        return np.frombuffer(sound[: len(sound) // 2 * 2], "<i2").astype(float)

    async def _command(self, command: str, parameters: str = "") -> None:
        message = json.dumps({"command": command, "params": parameters}).encode()
        self._writer.write(b"%d:%s," % (len(message), message))
        await self._writer.drain()

    async def _watch(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                length = await self._reader.readuntil(b":")
                message: dict[str, Any] = json.loads((await self._reader.readexactly(int(length[:-1]) + 1))[:-1])
                self.events.append(message.get("type", ""))


def _equip(folder: Path, number: str, exchange: int, sip: int, control: int, answers_with: str) -> None:
    folder.mkdir()
    speech = folder / "speech.wav"
    _write(speech, VOICE.speak(answers_with, 1.0) if answers_with else bytes(RATE * 2))
    account = f"<sip:{number}@127.0.0.1:{exchange}>;regint=0;audio_codecs=PCMU/8000/1"
    (folder / "config").write_text(_CONFIG.format(sip=sip, control=control, speech=speech, folder=folder))
    (folder / "accounts").write_text(account + (";answermode=auto\n" if answers_with else "\n"))
    (folder / "contacts").touch()


async def _control(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(20):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)


def _write(path: Path, sound: bytes) -> None:
    """A file of sound, with silence after it for as long as a call lasts."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound + bytes(RATE * 2 * 300))


def _found(heard: NDArray[np.float64], sound: NDArray[np.float64]) -> tuple[int, int]:
    """How many stretches of ``sound`` lie in ``heard`` as far apart as they should, and where the last of them ends."""
    length = min(_STRETCH, len(sound) // 2)
    offsets = np.linspace(0, len(sound) - length, _STRETCHES + 2, dtype=int)[1:-1]
    likest = [(*_likest(heard, sound[offset:][:length]), offset) for offset in offsets]
    begins = [(at - offset, at + length) for likeness, at, offset in likest if likeness > _SAME]
    together = [[end for begin, end in begins if abs(begin - first) < _SHIFT] for first, _ in begins]
    best = max(together, key=len, default=[])
    return len(best), max(best, default=0)


def _likest(heard: NDArray[np.float64], wanted: NDArray[np.float64]) -> tuple[float, int]:
    """The best normalised correlation of ``wanted`` with any stretch of ``heard``, 0 to 1, and where that begins."""
    if len(heard) < len(wanted):
        return 0.0, 0
    places = len(heard) - len(wanted) + 1
    size = len(heard) + len(wanted)
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)[:places]
    sums = np.concatenate(([0.0], np.cumsum(heard**2)))
    energies = np.maximum(sums[len(wanted) :] - sums[: -len(wanted)], 1.0)
    alike = products / np.sqrt(energies * np.sum(wanted**2))
    return float(alike.max()), int(alike.argmax())
