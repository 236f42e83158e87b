"""A real Rasa with a real action server, apart from the rest of the stack, so that its neighbours can be taken away."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from motcua.model import path as model_path
from motcua.model import train
from motcua.programs import BOT_PYTHON, ROOT
from records.database import create_databases
from records.settings import Settings
from tests.processes import running
from tests.stack import free_port

TOKEN = "a-token-for-tests"
DATABASE = "bot_tests"


@dataclass
class Bot:
    """Rasa's address, and the environment of its action server."""

    url: str
    database_url: str
    actions_url: str
    environment: dict[str, str]
    log: Path

    def post(self, body: dict[str, Any], token: str | None = TOKEN) -> httpx.Response:
        """One request to the channel as it is."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return httpx.post(f"{self.url}/webhooks/motcua/webhook", json=body, headers=headers, timeout=60)

    def say(self, text: str, sender: str, message_id: str | None = None) -> httpx.Response:
        """One message of a citizen."""
        return self.post({"sender": sender, "message_id": message_id or uuid.uuid4().hex, "text": text})

    @contextmanager
    def actions(self) -> Generator[None]:
        """The action server while the block runs."""
        health = self.actions_url.replace("/webhook", "/health")
        with running([sys.executable, "-m", "actions.server"], self.environment, self.log, health):
            yield


@pytest.fixture(scope="session")
def trained() -> Path:
    """The model of this checkout, trained if it is not there yet."""
    log = model_path().parent / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    train(log)
    return model_path()


@pytest.fixture(scope="session")
def bot(record_settings: Settings, trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Bot]:
    """Rasa on a database of its own; its action server runs where a test starts it."""
    create_databases(record_settings, DATABASE)
    folder = tmp_path_factory.mktemp("bot")
    url, actions_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    actions_url += "/webhook"
    environment = {
        **os.environ,
        "MOTCUA_DATA": str(record_settings.data),
        "MOTCUA_BOT_TOKEN": TOKEN,
        "MOTCUA_ACTIONS_URL": actions_url,
        "MOTCUA_BOT_DATABASE_URL": record_settings.url(DATABASE),
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
    }
    files = ["--endpoints", "bot/endpoints.yml", "--credentials", "bot/credentials.yml", "--model", str(trained)]
    command = [
        str(BOT_PYTHON),
        "-m",
        "rasa",
        "run",
        "--interface",
        "127.0.0.1",
        "--port",
        url.rpartition(":")[2],
        *files,
    ]
    with running(command, environment, folder / "rasa.log", f"{url}/webhooks/motcua/"):
        yield Bot(url, record_settings.url(DATABASE), actions_url, environment, folder / "actions.log")
