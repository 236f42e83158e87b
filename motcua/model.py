"""The trained bot: kept by the content it was trained from, so that it is trained once for all checkouts."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from filelock import FileLock

from knowledge.index.encoder import model_folder
from knowledge.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
_SOURCES = ("config.yml", "bot", "nlu")
_SUFFIXES = {".yml", ".py", ".tsv", ".txt", ".json", ".lock"}


@cache
def path() -> Path:
    """Where the model of this checkout's sources lies once it is trained."""
    return Settings().cache / "models" / f"{_fingerprint()}.tar.gz"


@cache
def sentences() -> str:
    """The model folder of the sentence encoder, made when it is missing; empty where there is none."""
    try:
        return str(model_folder(Settings().cache))
    except (ImportError, OSError, RuntimeError):
        return ""


def training_environment() -> dict[str, str]:
    """The variables of a process of Rasa that trains with the components of this checkout."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MOTCUA_SENTENCES": sentences(),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def train(log: Path) -> None:
    """Trains the model unless it is there already; Rasa's output goes to ``log``. Who comes meanwhile waits for it.

    Raises ``RuntimeError`` with the end of the log when the training fails.
    """
    path().parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path().with_suffix(".lock")):
        if not path().exists():
            _train(log)


def _train(log: Path) -> None:
    python = ROOT / "bot" / ".venv" / "bin" / "python"
    data = ["--data", "nlu/data", "bot/rules.yml"]
    with tempfile.TemporaryDirectory(dir=path().parent) as folder, log.open("w") as output:
        command = [python, "-m", "rasa", "train", "--force", "--domain", "bot/domain", *data, "--out", folder]
        result = subprocess.run(
            [*command, "--fixed-model-name", "model", "--skip-validation"],  # the tests validate
            cwd=ROOT,
            env=training_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        trained = Path(folder) / "model.tar.gz"
        if result.returncode != 0 or not trained.exists():
            raise RuntimeError(f"training failed, see {log}:\n" + "\n".join(log.read_text().splitlines()[-15:]))
        trained.rename(path())


def _fingerprint() -> str:
    """Hash of everything that the model is made of. Rasa's own cache sees only part of it."""
    digest = hashlib.sha256(sentences().encode())
    for source in _SOURCES:
        start = ROOT / source
        files = [start] if start.is_file() else sorted(start.rglob("*"))
        for file in files:
            if file.suffix in _SUFFIXES and not {".venv", "__pycache__"} & set(file.parts):
                digest.update(f"{file.relative_to(ROOT)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:32]
