"""Rasa as it comes: default pipeline and policies, REST channel, replies from its own templates, memory trackers.

It learns the same messages as our bot, and answers each intent with one fixed sentence: no search, no storage. It
learns for a few epochs only: how well it understands is measured elsewhere (``benchmarks/nlu.py``), and a hundred take
hours.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from knowledge.settings import Settings
from motcua.programs import BOT_PYTHON, ROOT
from tests.stack import free_port

_EPOCHS = 5
"""As many give the time of a turn; it depends on the size of the networks, not on their weights."""
_DEFAULTS = "rasa/engine/recipes/config_files/default_config.yml"


@contextmanager
def bare_rasa() -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """The URL of a running bare Rasa and its process; trained once per content of the training data."""
    project = _project()
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    port = free_port()
    with (project / "rasa.log").open("w") as log:
        if not list(project.glob("models/*.tar.gz")):
            subprocess.run(
                [BOT_PYTHON, "-m", "rasa", "train"], cwd=project, env=environment, check=True, stdout=log, stderr=log
            )
        command = [BOT_PYTHON, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, cwd=project, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{url}/webhooks/rest/").is_success:
                    break
            except httpx.HTTPError:
                time.sleep(0.5)
        yield url, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _project() -> Path:
    """The project folder in the cache, written on first use."""
    intents: dict[str, list[str]] = {}
    for file in sorted((ROOT / "nlu" / "data").glob("*.yml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for entry in content.get("nlu", []):
            if "intent" in entry:
                intents.setdefault(entry["intent"], []).append(entry["examples"])
    domain = {
        "version": "3.1",
        "intents": sorted(intents),
        "responses": {f"utter_{name}": [{"text": f"Trả lời cho {name}."}] for name in sorted(intents)},
    }
    rules = [{"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]} for name in sorted(intents)]
    nlu = [{"intent": name, "examples": "".join(examples)} for name, examples in sorted(intents.items())]
    files = {
        "config.yml": {
            "recipe": "default.v1",
            "assistant_id": "bare",
            "language": "vi",
            **_defaults(),
        },
        "domain.yml": domain,
        "credentials.yml": {"rest": None},
        "data/nlu.yml": {"version": "3.1", "nlu": nlu},
        "data/rules.yml": {"version": "3.1", "rules": rules},
    }
    texts = {name: yaml.safe_dump(content, allow_unicode=True, sort_keys=False) for name, content in files.items()}
    digest = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()[:16]
    folder = Settings().cache / "bare-rasa" / digest
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def _defaults() -> dict[str, list[dict[str, Any]]]:
    """Rasa's default pipeline and policies, to be trained for ``_EPOCHS``."""
    (file,) = BOT_PYTHON.parents[1].glob(f"lib/*/site-packages/{_DEFAULTS}")
    config: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        kind: [part | ({"epochs": _EPOCHS} if "epochs" in part else {}) for part in config[kind]]
        for kind in ("pipeline", "policies")
    }
