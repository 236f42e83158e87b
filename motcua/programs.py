"""The processes of Một Cửa: what each one runs, and the environment they share."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from api.settings import Settings as ApiSettings
from motcua import model
from records.settings import Settings as RecordsSettings
from voice.settings import Settings as VoiceSettings

ROOT = Path(__file__).resolve().parent.parent
"""The checkout; every process runs in it."""
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Program:
    """One process. ``priority`` orders the start, lowest first; ``stop`` is the signal that ends it cleanly."""

    name: str
    command: tuple[str, ...]
    priority: int = 20
    stop: str = "TERM"


def programs(records: RecordsSettings, api: ApiSettings) -> list[Program]:
    """The processes that this deployment needs, in the order of their start."""
    python = sys.executable
    wanted = [
        Program("actions", (python, "-m", "actions.server")),
        Program("bot", bot_command(api)),
        Program("worker", (python, "-m", "api.worker")),
        Program("api", (python, "-m", "api.app")),
    ]
    if records.database_url is None:
        wanted.insert(0, Program("postgres", (python, "-m", "records.embedded"), priority=10, stop="INT"))
    if api.telegram_token is not None and api.telegram_mode == "polling":
        wanted.append(Program("telegram", (python, "-m", "api.channels.telegram_polling")))
    if VoiceSettings().answers:
        wanted.append(Program("voice", (python, "-m", "voice.server")))
    return wanted


def bot_command(api: ApiSettings) -> tuple[str, ...]:
    """Rasa with the trained model, on the host and port of ``MOTCUA_BOT_URL``."""
    host, port = _host_and_port(api.bot_url)
    endpoints = "bot/endpoints-redis.yml" if os.environ.get("REDIS_URL") else "bot/endpoints.yml"
    files = ("--endpoints", endpoints, "--credentials", "bot/credentials.yml", "--model", str(model.path()))
    return (str(BOT_PYTHON), "-m", "rasa", "run", "--interface", host, "--port", port, *files)


def environment(records: RecordsSettings, api: ApiSettings) -> dict[str, str]:
    """Variables that the processes need beside those already set; secrets of a local installation are made once."""
    hotline = VoiceSettings()
    token = api.bot_token.get_secret_value() or records.local_secret("bot")
    return {
        "MOTCUA_DATA": str(records.data.resolve()),
        "MOTCUA_BOT_TOKEN": token,
        "MOTCUA_BOT_URL": api.bot_url,
        "MOTCUA_INTERNAL_TOKEN": _internal_token(records, api),
        "MOTCUA_VOICE_API_URL": os.environ.get("MOTCUA_VOICE_API_URL") or f"http://127.0.0.1:{api.port}",
        "MOTCUA_VOICE_URL": api.voice_url or (f"http://127.0.0.1:{hotline.voice_port}" if hotline.answers else ""),
        "MOTCUA_ACTIONS_URL": api.actions_url,
        "MOTCUA_BOT_DATABASE_URL": records.bot_url,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # Spinning threads of several processes on few cores cost ten times what they bring.
        "OMP_NUM_THREADS": "1",
    }


def _internal_token(records: RecordsSettings, api: ApiSettings) -> str:
    """None in production unless it is set: only the hotline needs it, and says so."""
    given = api.internal_token.get_secret_value()
    return given if given or records.environment == "production" else records.local_secret("internal")


def _host_and_port(url: str) -> tuple[str, str]:
    host, _, port = url.rpartition("//")[2].partition(":")
    return host, port or "80"
