"""How well messages are understood: held-out messages by part and style, per intent, calibration, out of scope."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from knowledge.evaluation import Share
from motcua.programs import BOT_PYTHON, ROOT
from nlu.text.normalise import fold

HELD_OUT = ROOT / "tests" / "nlu"
TALK = HELD_OUT / "talk" / "messages.yml"
OUT_OF_SCOPE = "out_of_scope"
SURE = 0.5
"""Confidence from which an intent is acted on: the threshold in ``config.yml``."""
STYLES = ("accents", "stripped", "noisy", "spoken")
_BINS = 10


class Part(StrEnum):
    """Whose messages: of the author of the examples; of another author, read while tuning; of that author, only run.

    Those from the middle of a talk are only run; others by their author were learned.
    """

    OWN = "own"
    TUNED = "tuned"
    FROZEN = "frozen"
    TALK = "talk"


@dataclass(frozen=True)
class HeldOut:
    """A message with the intent that a reader gives it."""

    text: str
    intent: str
    style: str
    part: Part


@dataclass(frozen=True)
class Judged:
    """A held-out message with what it was understood as, and how sure the model was."""

    message: HeldOut
    found: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the intent is the reader's."""
        return self.found == self.message.intent


@dataclass(frozen=True)
class Bin:
    """Messages of similar confidence: how sure the model was on average, and how often it was right."""

    confidence: float
    right: Share


def is_frozen(text: str) -> bool:
    """Two thirds of the messages of another author, drawn by their hash: run, but not read, while tuning."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 3 != 0


def read_held_out() -> list[HeldOut]:
    """The held-out messages of every intent; those of other authors with accents once more without them."""
    found: list[HeldOut] = []
    for path in sorted(HELD_OUT.glob("*.yml")):
        held = _read(path)
        intent = held["intent"]
        found += (HeldOut(str(text), intent, "mixed", Part.OWN) for text in held["messages"])
        for other in held.get("others", ()):
            found += _styled(other, intent, Part.FROZEN if is_frozen(other["text"]) else Part.TUNED)
    for intent, messages in _read(TALK).items():
        found += (each for message in messages for each in _styled(message, intent, Part.TALK))
    return found


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _styled(message: dict[str, str], intent: str, part: Part) -> Iterator[HeldOut]:
    yield HeldOut(message["text"], intent, message["style"], part)
    if message["style"] == "accents":
        yield HeldOut(fold(message["text"]), intent, "stripped", part)


def run_in_bot(module: str, model: Path, texts: Iterable[str]) -> list[dict[str, Any]]:
    """What ``python -m module MODEL`` in Rasa's environment says of each text: one JSON object per line.

    Raises ``RuntimeError`` with the end of its error output when it fails.
    """
    done = subprocess.run(
        [BOT_PYTHON, "-W", "ignore", "-m", module, str(model)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"},
        input="".join(f"{' '.join(text.splitlines())}\n" for text in texts),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def likeliest(parsed: dict[str, Any]) -> tuple[str, float]:
    """The intent that is acted on and its confidence: the certain one, or the likeliest where none is certain."""
    if parsed["intent"] == "nlu_fallback":
        return parsed["ranking"][0]["name"], parsed["ranking"][0]["confidence"]
    return parsed["intent"] or "", parsed["confidence"]


def judge(model: Path, messages: Sequence[HeldOut]) -> list[Judged]:
    """Every message as the trained model understands it."""
    texts = list(dict.fromkeys(message.text for message in messages))
    parsed = dict(zip(texts, run_in_bot("bot.parse", model, texts), strict=True))
    return [Judged(message, *likeliest(parsed[message.text])) for message in messages]


def accuracy(judged: Iterable[Judged]) -> Share:
    """The share that is right."""
    results = [one.right for one in judged]
    return Share(sum(results), len(results))


def acted_on(judged: Iterable[Judged]) -> tuple[Share, Share]:
    """How many messages are acted on at once, and how many of these are understood right."""
    every = list(judged)
    sure = [one for one in every if one.confidence >= SURE]
    return Share(len(sure), len(every)), accuracy(sure)


def scope(judged: Sequence[Judged]) -> tuple[Share, Share]:
    """Out-of-scope messages that were caught, and other messages that were taken for out of scope."""
    caught = [one.found == OUT_OF_SCOPE for one in judged if one.message.intent == OUT_OF_SCOPE]
    false = [one.found == OUT_OF_SCOPE for one in judged if one.message.intent != OUT_OF_SCOPE]
    return Share(sum(caught), len(caught)), Share(sum(false), len(false))


def f1_by_intent(judged: Iterable[Judged]) -> dict[str, tuple[float, int]]:
    """F1 of every intent and how many messages it has."""
    meant, found, right = Counter[str](), Counter[str](), Counter[str]()
    for one in judged:
        meant[one.message.intent] += 1
        found[one.found] += 1
        right[one.found] += one.right
    return {intent: (2 * right[intent] / (meant[intent] + found[intent]), meant[intent]) for intent in sorted(meant)}


def reliability(judged: Iterable[Judged]) -> list[Bin]:
    """Ten bins of confidence, the empty ones left out."""
    bins: list[list[Judged]] = [[] for _ in range(_BINS)]
    for one in judged:
        bins[min(_BINS - 1, int(one.confidence * _BINS))].append(one)
    return [Bin(sum(one.confidence for one in part) / len(part), accuracy(part)) for part in bins if part]


def calibration_error(judged: Sequence[Judged]) -> float:
    """Expected calibration error: how far confidence and share of right ones lie apart, weighted by messages."""
    bins = reliability(judged)
    total = sum(part.right.total for part in bins)
    return sum(abs(part.confidence - part.right.value) * part.right.total for part in bins) / total if total else 0.0


def confusions(judged: Iterable[Judged]) -> Counter[tuple[str, str]]:
    """How often one intent was taken for another."""
    return Counter((one.message.intent, one.found) for one in judged if not one.right)
