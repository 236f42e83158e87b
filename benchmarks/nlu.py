"""Pipelines for understanding on the same examples and held-out messages: accuracy, calibration, time, memory.

``script/benchmark nlu [NAME…]``: stock (Rasa's default pipeline with DIET), logistic (Rasa's logistic regression on
counts) and ours; all three without a name. With ``PHOATIS`` naming the folder ``PhoATIS/syllable-level`` of VinAI's
JointIDSF, our model is trained and tested on that public set too. Entities are not compared: ours come from rules, not
from examples.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.report import publish
from motcua import model
from motcua.nlu_evaluation import (
    STYLES,
    HeldOut,
    Judged,
    Part,
    accuracy,
    calibration_error,
    likeliest,
    read_held_out,
    scope,
)
from motcua.programs import BOT_PYTHON, ROOT

_COUNTS = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
PIPELINES: dict[str, list[dict[str, Any]]] = {
    "stock": [
        *_COUNTS,
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
    ],
    "logistic": [*_COUNTS, {"name": "LogisticRegressionClassifier"}],
    "ours": [
        part
        for part in yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
        if part["name"] != "FallbackClassifier"
    ],
}
_ENVIRONMENT = model.training_environment()


def timed(command: Sequence[str | Path], texts: Sequence[str] = ()) -> tuple[float, float, float, str]:
    """Wall and processor seconds of a command, its largest memory in MiB, and its output. Raises ``RuntimeError``."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as asked:
        asked.write("".join(f"{text}\n" for text in texts))
        asked.seek(0)
        process = subprocess.Popen(
            command, cwd=ROOT, env=_ENVIRONMENT, stdin=asked, stdout=said, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}")
        said.seek(0)
        output = said.read()
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def measure(name: str, messages: Sequence[HeldOut]) -> dict[str, Any]:
    """One pipeline: trained in a new folder, asked every message."""
    rasa = [BOT_PYTHON, "-W", "ignore", "-m"]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yml"
        head = {"recipe": "default.v1", "assistant_id": name, "language": "vi"}
        config.write_text(json.dumps(head | {"pipeline": PIPELINES[name]}), encoding="utf-8")
        command = [*rasa, "rasa", "train", "nlu", "--config", str(config), "--nlu", "nlu/data", "--out", folder]
        training = timed([*command, "--fixed-model-name", "model"])
        ask = [*rasa, "bot.parse", Path(folder) / "model.tar.gz"]
        start = timed(ask, ["xin chào"])
        asking = timed(ask, ["xin chào", *(message.text for message in messages)])
    answers = [json.loads(line) for line in asking[3].splitlines() if line.startswith("{")][1:]
    judged = [Judged(one, *likeliest(answer)) for one, answer in zip(messages, answers, strict=True)]
    frozen = [one for one in judged if one.message.part == Part.FROZEN]
    caught, false = scope([one for one in frozen if one.message.style != "stripped"])
    by_style = {style: f"{accuracy(one for one in frozen if one.message.style == style).value:.3f}" for style in STYLES}
    return {
        "pipeline": name,
        **by_style,
        "caught": f"{caught.value:.3f}",
        "false": f"{false.value:.3f}",
        "ECE": f"{calibration_error(frozen):.3f}",
        "training s": training[0],
        "training CPU s": training[1],
        "memory MiB": start[2],
        "CPU ms a message": 1000 * (asking[1] - start[1]) / len(messages),
    }


_PHOATIS = """
import sys
from pathlib import Path
from nlu.components.intent_model import IntentModel
def read(part):
    folder = Path(sys.argv[1]) / part
    return [(folder / name).read_text(encoding="utf-8").splitlines() for name in ("seq.in", "label")]
texts, labels = read("train")
model = IntentModel(strictness=0.5, scope_bias=0.0)
rare = {label for label in labels if labels.count(label) < 4}
model.train(*zip(*((text, label) for text, label in zip(texts, labels) if label not in rare)))
right = [model.intents[model.chances(text).argmax()] == label.strip() for text, label in zip(*read("test"))]
print(sum(right), len(right))
"""


def phoatis(folder: str) -> str:
    """Our model on the public set, as a line of text; intents with fewer than four examples are not learned."""
    right, total = timed([BOT_PYTHON, "-W", "ignore", "-c", _PHOATIS, folder])[3].split()
    return f"PhoATIS, test part: {int(right) / int(total):.3f} of {total} right with our model"


def main() -> None:
    """Runs the benchmark: up to ten minutes with the stock pipeline."""
    messages = [message for message in read_held_out() if message.part == Part.FROZEN]
    rows = [measure(name, messages) for name in sys.argv[1:] or PIPELINES]
    notes = [phoatis(folder)] if (folder := os.environ.get("PHOATIS")) else []
    publish("nlu", f"{len(messages)} frozen messages of another author", rows, notes)


if __name__ == "__main__":
    main()
