"""docker-compose.yml: valid, and its commands run with its environment on real PostgreSQL, Redis and Elasticsearch."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from records.settings import Settings
from tests.stack import ROOT, free_port
from voice.settings import base_weights

pytestmark = pytest.mark.timeout(900)

OPERATOR = {
    "MOTCUA_PUBLIC_URL": "https://motcua.invalid",
    "MOTCUA_SECRET_KEYS": "a-secret-key-of-more-than-32-characters",
    "MOTCUA_BOT_TOKEN": "a-token-between-our-own-processes",
    "POSTGRES_PASSWORD": "unused-here",
}
HOTLINE = {"MOTCUA_INTERNAL_TOKEN": "a-token-of-the-hotline"}


def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_the_file_is_valid(tmp_path: Path) -> None:
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not installed (apt-get install docker-compose)")
    done = subprocess.run(
        ["docker-compose", "-f", ROOT / "docker-compose.yml", "config", "--quiet"],
        env={**os.environ, **OPERATOR},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_secret_has_to_be_given() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in OPERATOR:
        assert re.search(rf"\$\{{{name}:\?", text), name


def test_the_topology_answers_a_citizen(
    tmp_path: Path, record_settings: Settings, redis: str, elasticsearch: str
) -> None:
    ports = {name: free_port() for name in ("api", "rasa", "actions", "voice", "audiosocket")}
    socket = record_settings.url().partition("host=")[2]
    places = {
        "http://api:8000": f"http://127.0.0.1:{ports['api']}",
        "/srv/motcua/speech/whisper-base": str(base_weights()),
        "http://rasa:5005": f"http://127.0.0.1:{ports['rasa']}",
        "http://actions:5055": f"http://127.0.0.1:{ports['actions']}",
        "postgresql://motcua:${POSTGRES_PASSWORD}@postgres/motcua_bot": f"postgresql://postgres@/compose_bot?host={socket}",
        "postgresql://motcua:${POSTGRES_PASSWORD}@postgres/motcua": f"postgresql://postgres@/compose?host={socket}",
        "http://elasticsearch:9200": elasticsearch,
        "redis://redis:6379/0": redis,
        "8000": str(ports["api"]),
        "0.0.0.0": "127.0.0.1",
    }
    with ExitStack() as running:
        for name in ("prepare", "actions", "rasa", "worker", "api"):
            service = services()[name]
            environment = {key: placed(value, places) for key, value in service["environment"].items()}
            environment |= {"MOTCUA_DATA": str(tmp_path), "SANIC_WORKERS": "1"}
            process = running.enter_context(started(service["command"], environment, tmp_path / f"{name}.log"))
            if name == "prepare":
                assert process.wait(240) == 0, (tmp_path / "prepare.log").read_text()
        url = f"http://127.0.0.1:{ports['api']}"
        health = wait_until_well(url, tmp_path)
        assert health["parts"]["elasticsearch"] == "ok"
        chat = httpx.post(f"{url}/api/v1/conversations", json={}).json()
        answer = httpx.post(
            f"{url}/api/v1/conversations/{chat['id']}/messages",
            json={"text": "đăng ký tạm trú mất bao lâu"},
            headers={"Authorization": f"Bearer {chat['token']}"},
            timeout=30,
        ).json()
        assert "1.004194" in answer["understanding"]["procedures"]
        if (base_weights() / "model.bin").exists():
            environment = {key: placed(value, places) for key, value in services()["voice"]["environment"].items()}
            environment |= {"MOTCUA_DATA": str(tmp_path), "MOTCUA_VOICE_PORT": str(ports["voice"])}
            environment |= {"MOTCUA_VOICE_AUDIOSOCKET_PORT": str(ports["audiosocket"])}
            running.enter_context(started(services()["voice"]["command"], environment, tmp_path / "voice.log"))
            assert wait_until_well(f"http://127.0.0.1:{ports['voice']}", tmp_path)["calls"] == 0
        missing = httpx.get(f"{url}/api/v1/feedback/PA-DEM0-0001")
        assert missing.status_code == 404, "production must not hold demonstration data"


def placed(value: str, places: dict[str, str]) -> str:
    """A value of the file with the addresses of this machine, and the operator's variables filled in."""
    for container, here in places.items():
        value = value.replace(container, here)
    return re.sub(
        r"\$\{(\w+)(?::?[?-])([^}]*)\}", lambda match: (OPERATOR | HOTLINE).get(match[1]) or default(match), value
    )


def default(variable: re.Match[str]) -> str:
    return variable[2] if ":-" in variable[0] else ""


@contextmanager
def started(arguments: list[str], environment: dict[str, str], log: Path) -> Generator[subprocess.Popen[bytes]]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
    with log.open("w") as output:
        command = [sys.executable, "-m", "motcua.cli", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=kept | environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_until_well(url: str, logs: Path) -> dict[str, Any]:
    deadline, health = time.monotonic() + 120, {}
    while time.monotonic() < deadline:
        try:
            health = httpx.get(f"{url}/health", timeout=10).json()
        except httpx.HTTPError:
            time.sleep(0.5)
            continue
        if health["status"] == "ok":
            return health
        time.sleep(0.5)
    raise AssertionError(f"{health}\n" + "\n".join(log.read_text()[-1500:] for log in sorted(logs.glob("*.log"))))
