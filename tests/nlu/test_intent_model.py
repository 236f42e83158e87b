"""The intent model with the sentence encoder beside its n-grams, and without: a small one, in Rasa's environment."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from motcua import model
from motcua.programs import BOT_PYTHON, ROOT

pytestmark = pytest.mark.skipif(not model.sentences(), reason="the sentence encoder cannot run on this machine")

SCRIPT = """
import copy, json, pickle, shutil, sys
from pathlib import Path
from nlu.components import intent_model

opened = []
class Counted(intent_model.Encoder):
    def __init__(self, folder):
        opened.append(folder)
        super().__init__(folder)
intent_model.Encoder = Counted

goods = ["gạo nếp", "chuối tiêu", "cam sành", "bưởi da xanh", "đường phèn", "muối hầm", "trứng vịt", "cá kho"]
verbs = (("mua", "buy"), ("bán", "sell"), ("mượn", "borrow"))
examples = [(f"{verb} {good}", intent) for verb, intent in verbs for good in goods]

def trained(folder):
    return intent_model.IntentModel(0.5, 0.0, 0.14, folder).train(*zip(*examples))

def chances(model, text):
    return {intent: float(chance) for intent, chance in zip(model.intents, model.chances(text))}

"""


def run(body: str, *arguments: str | Path) -> tuple[Any, str]:
    """The JSON that a script prints, and what it logs."""
    done = subprocess.run(
        [BOT_PYTHON, "-W", "ignore", "-c", SCRIPT + body, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_words_that_no_example_has_are_understood_by_their_meaning() -> None:
    told, _ = run(
        """
with_meaning, n_grams = trained(Path(sys.argv[1])), trained(None)
print(json.dumps([chances(model, "sắm ít rau") for model in (with_meaning, n_grams)]))
""",
        model.sentences(),
    )
    assert told[0]["buy"] > 0.9
    assert told[1]["buy"] < 0.6


def test_one_message_is_seen_as_scikit_learn_sees_many() -> None:
    told, _ = run(
        """
model, texts = trained(None), ["bán gạo nếp, bán gạo", "mua ca kho o cho", "gạo gạo gạo", "???"]
readings = [model.read(text) for text in texts]
scores = model._weighing.machine.decision_function(model._features.transform(readings))
print(json.dumps([scores.tolist(), [model._spoken(reading).tolist() for reading in readings]]))
"""
    )
    many, one = told
    assert one == [pytest.approx(each, abs=1e-5) for each in many]


def test_a_stored_model_answers_as_before_and_all_models_share_one_encoder() -> None:
    told, _ = run(
        """
first = trained(Path(sys.argv[1]))
others = [pickle.loads(pickle.dumps(first)), copy.copy(first), trained(None), trained(Path(sys.argv[1]))]
print(json.dumps([len(opened), [chances(model, "sắm ít rau") for model in (first, *others[:2])]]))
""",
        model.sentences(),
    )
    count, (first, *stored) = told
    assert count == 1
    assert stored == [pytest.approx(first)] * 2


def test_without_the_weights_of_its_training_a_model_goes_by_n_grams_and_says_so_once(tmp_path: Path) -> None:
    told, logged = run(
        """
folder = Path(sys.argv[2]) / "weights"
shutil.copytree(sys.argv[1], folder)
stored = pickle.dumps(trained(folder))
shutil.rmtree(folder)
intent_model.opened.cache_clear()
models = [pickle.loads(stored) for _ in range(2)]
print(json.dumps([chances(model, "bán gạo") for model in models]))
""",
        model.sentences(),
        tmp_path,
    )
    assert all(max(each, key=each.__getitem__) == "sell" for each in told)
    assert logged.count("intents go by n-grams alone") == 1


def test_a_model_trained_by_n_grams_alone_stays_so_when_the_weights_come(tmp_path: Path) -> None:
    told, logged = run(
        """
folder = Path(sys.argv[2]) / "weights"
stored = pickle.dumps(trained(folder))
shutil.copytree(sys.argv[1], folder)
intent_model.opened.cache_clear()
print(json.dumps(chances(pickle.loads(stored), "bán gạo")))
""",
        model.sentences(),
        tmp_path,
    )
    assert max(told, key=told.__getitem__) == "sell"
    assert logged.count("intents go by n-grams alone") == 1


def test_an_abbreviation_does_not_keep_accents_from_being_restored() -> None:
    told, _ = run(
        """
reading = trained(None).read("ad mua cam sanh k")
print(json.dumps([reading.typed, reading.meant]))
"""
    )
    assert told == ["mua cam sanh không", "mua cam sành không"]
