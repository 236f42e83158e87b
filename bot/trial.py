"""Trains the intent model with examples of editors, and says what it understands otherwise.

``python -m bot.trial`` reads ``{"archive", "folder", "model_id", "examples", "live", "texts"}`` from standard input
(``examples`` and ``live``: lists of ``[text, intent]``, those to try and those in use) and prints
``{"texts": [[before, after], …], "held_out": [[text, intent, before, after], …]}``: the intent of each of ``texts``,
and of every fifth example of ``nlu/data`` as understood by models that did not learn those. Null stands for not sure.
With ``"texts": null`` it only trains, and prints ``{}``.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import sys
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import joblib
import yaml
from rasa.shared.nlu.training_data.loading import load_data

from nlu.components.intent_model import IntentModel
from nlu.components.reviewed import Example, Shelf, name_of

_NICE = 15
"""Whoever is being answered goes before."""
_HELD_OUT = "-held-out"
_FALLBACK = "FallbackClassifier"


def base_model(archive: str) -> IntentModel:
    """The intent model in a trained model of Rasa. Raises ``StopIteration`` where it has none."""
    with tarfile.open(archive) as files:
        member = next(each for each in files if each.name.endswith("/intents.joblib"))
        return joblib.load(files.extractfile(member))


def is_held_out(text: str) -> bool:
    """Every fifth example, drawn by its hash: always the same ones."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 5 == 0


def with_examples(base: IntentModel, known: Iterable[Example], reviewed: Iterable[Example]) -> IntentModel:
    """A model of the same settings as ``base``, trained anew."""
    texts, intents = zip(*dict([*known, *reviewed]).items(), strict=True)
    return copy.copy(base).train(texts, intents)


def understood(model: IntentModel, texts: Iterable[str], threshold: float) -> list[str | None]:
    """The intent of each text, None where the model is not sure."""
    found: list[str | None] = []
    for text in texts:
        chances = model.chances(text)
        best = chances.argmax()
        found.append(model.intents[best] if chances[best] >= threshold else None)
    return found


def run(shelf: Shelf, base: IntentModel, known: Sequence[Example], wanted: dict[str, Any]) -> dict[str, Any]:
    """The outcome of a trial; every model that it trains is kept on the shelf."""
    learned = [example for example in known if not is_held_out(example[0])]
    asked = [example for example in known if is_held_out(example[0])]

    def model_of(examples: Sequence[Example]) -> IntentModel:
        return _kept(shelf, name_of(examples), base, known, examples) if examples else base

    def without_held_out(examples: Sequence[Example]) -> IntentModel:
        return _kept(shelf, name_of(examples) + _HELD_OUT, base, learned, examples)

    sets = [[(text, intent) for text, intent in wanted[key]] for key in ("live", "examples")]
    if wanted["texts"] is None:
        model_of(sets[1])
        return {}
    threshold, held_out = _threshold(), [text for text, _ in asked]
    before, after = (understood(without_held_out(examples), held_out, threshold) for examples in sets)
    answers = (understood(model_of(examples), wanted["texts"], threshold) for examples in sets)
    return {
        "texts": list(zip(*answers, strict=True)),
        "held_out": [[*example, *both] for example, *both in zip(asked, before, after, strict=True)],
    }


def _kept(
    shelf: Shelf, name: str, base: IntentModel, known: Sequence[Example], examples: Sequence[Example]
) -> IntentModel:
    if not shelf.has(name):
        shelf.keep(name, with_examples(base, known, examples))
    return shelf.load(name)


def _threshold() -> float:
    """Below which Rasa's fallback takes over, from ``config.yml``."""
    pipeline = yaml.safe_load(Path("config.yml").read_text(encoding="utf-8"))["pipeline"]
    return next(part["threshold"] for part in pipeline if part["name"] == _FALLBACK)


def main() -> None:
    """One trial."""
    os.nice(_NICE)
    wanted = json.load(sys.stdin)
    shelf = Shelf(Path(wanted["folder"]), wanted["model_id"])
    examples = [each for each in load_data("nlu/data").intent_examples if each.get("text")]
    known = [(each.get("text"), each.get("intent")) for each in examples]
    print(json.dumps(run(shelf, base_model(wanted["archive"]), known, wanted)))  # noqa: T201


if __name__ == "__main__":
    main()
