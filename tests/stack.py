"""The whole of Một Cửa on this machine, started and stopped as a user would."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo

ROOT = Path(__file__).parent.parent


@dataclass
class Stack:
    """A running stack: ``url`` of the API, its data folder, and the outside world it talks to."""

    url: str
    data: Path
    environment: dict[str, str]
    telegram: FakeTelegram
    zalo: FakeZalo
    process: subprocess.Popen[bytes]

    @classmethod
    @contextmanager
    def running(cls, **extra: str) -> Generator[Stack]:
        """Starts everything with ``motcua server``, waits until it is well, and stops it at the end.

        ``extra`` are further variables of the environment.
        """
        data = Path(tempfile.mkdtemp(prefix="motcua-"))
        port, bot, actions = free_port(), free_port(), free_port()
        url = f"http://127.0.0.1:{port}"
        with FakeTelegram.running() as telegram, FakeZalo.running() as zalo:
            environment = {
                **os.environ,
                "PORT": str(port),
                "MOTCUA_DATA": str(data),
                "MOTCUA_PUBLIC_URL": url,
                "MOTCUA_BOT_URL": f"http://127.0.0.1:{bot}",
                "MOTCUA_ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
                "MOTCUA_TELEGRAM_MODE": "webhook",
                "MOTCUA_VOICE": "false",
                "MOTCUA_CALENDAR": str(ROOT / "tests" / "open_all_day.yml"),
                **telegram.environment,
                **zalo.environment,
                **extra,
            }
            command = [sys.executable, "-m", "motcua.cli", "server"]
            with (data / "server.log").open("w") as log:
                process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            stack = cls(url, data, environment, telegram, zalo, process)
            try:
                stack.wait_until_well()
                stack.run("zalo", "token", "--expires", "90000", stdin=f"{zalo.access}\n{zalo.refresh}\n")
                yield stack
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(60)
                shutil.rmtree(data)

    def health(self) -> dict[str, Any]:
        """What ``/health`` says."""
        return httpx.get(f"{self.url}/health", timeout=10).json()

    def wait_until_well(self, seconds: float = 240) -> None:
        """Returns when every part is ``ok``; fails with what is wrong and the end of the logs."""
        deadline, seen = time.monotonic() + seconds, "no answer"
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                health = self.health()
            except (httpx.HTTPError, ValueError):
                pass
            else:
                seen = str(health)
                if {state for part, state in health["parts"].items() if part != "zalo"} == {"ok"}:
                    return
            time.sleep(0.3)
        logs = [self.data / "server.log", *sorted((self.data / "log").glob("*.log"))]
        ends = [f"== {log.name}\n" + "\n".join(log.read_text().splitlines()[-8:]) for log in logs]
        raise AssertionError(f"the stack is not well: {seen}\n" + "\n".join(ends))

    def pid(self, program: str) -> int:
        """Process id of one part, as the supervisor knows it."""
        config = str(self.data / "run" / "supervisor.conf")
        command = [sys.executable, "-m", "supervisor.supervisorctl", "-c", config, "pid", program]
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
        return int(listed.stdout)

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Runs ``motcua`` as an operator of this stack would, and returns what it prints."""
        command = [sys.executable, "-m", "motcua.cli", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def chat(self) -> Chat:
        """A new conversation of a citizen on the web."""
        started = httpx.post(f"{self.url}/api/v1/conversations", json={"channel": "web"}).raise_for_status().json()
        client = httpx.Client(
            base_url=f"{self.url}/api/v1/conversations/{started['id']}",
            headers={"Authorization": f"Bearer {started['token']}"},
            timeout=60,
        )
        return Chat(client, started["id"])


@dataclass
class Chat:
    """One citizen's conversation over the public API."""

    client: httpx.Client
    id: str
    answers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def say(self, text: str = "", payload: str | None = None, attachments: Sequence[str] = ()) -> dict[str, Any]:
        """Sends a message and returns the whole answer."""
        client_id = uuid.uuid4().hex
        message = {"text": text, "payload": payload, "attachments": list(attachments), "client_id": client_id}
        answer: dict[str, Any] = self.client.post("/messages", json=message).raise_for_status().json()
        self.answers.append(answer)
        return answer

    def press(self, title: str) -> dict[str, Any]:
        """Presses the button of the last answer whose title contains ``title``."""
        buttons = [button for message in self.answers[-1]["messages"] for button in message["buttons"]]
        for button in buttons:
            if title.lower() in button["title"].lower():
                return self.say(payload=button["payload"])
        raise AssertionError(f"no button {title!r} among {[button['title'] for button in buttons]}")

    def upload(self, name: str, content: bytes) -> str:
        """Uploads a file and returns its id."""
        response = self.client.post("/attachments", files={"file": (name, content)}).raise_for_status()
        return response.json()["id"]


def text_of(answer: dict[str, Any]) -> str:
    """All texts of an answer, in order."""
    return "\n".join(message["text"] for message in answer["messages"])


def free_port() -> int:
    """A TCP port of the loopback interface that nothing uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_pair() -> int:
    """A TCP port of the loopback interface that nothing uses at the moment, nor the one after it (SIP over TLS)."""
    while True:
        port = free_port()
        with socket.socket() as probe, contextlib.suppress(OSError, OverflowError):
            probe.bind(("127.0.0.1", port + 1))
            return port
