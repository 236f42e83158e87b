"""Every intent is understood in wordings that it was not trained on, with accents and without, and codes are found."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.programs import BOT_PYTHON, ROOT
from nlu.text.normalise import fold

HELD_OUT = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(Path(__file__).parent.glob("*.yml"))
}
TRAINING = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "nlu/data").glob("*.yml"))
}
CASES = [(intent, str(message)) for intent, held in HELD_OUT.items() for message in held["messages"]]
LEAST_RIGHT = 0.95
LEAST_RIGHT_STRIPPED = 0.93
LEAST_RIGHT_PER_INTENT = 0.7


def parse(model: Path, texts: list[str]) -> list[dict[str, Any]]:
    """What the model makes of each text."""
    done = subprocess.run(
        [BOT_PYTHON, "-W", "ignore", "-m", "bot.parse", model],
        cwd=ROOT,
        input="".join(f"{text}\n" for text in texts),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def likeliest(parsed: dict[str, Any]) -> str:
    """The intent that is acted on: the certain one, or the likeliest where none is certain."""
    return parsed["ranking"][0]["name"] if parsed["intent"] == "nlu_fallback" else parsed["intent"]


CODES = {
    "hồ sơ h99.10 261102 0003 của tôi": ("dossier_code", "H99.10-261102-0003"),
    "mã pa 7k2m9xq4": ("tracking_code", "PA-7K2M-9XQ4"),
    "thủ tục 1.004222": ("procedure", "1.004222"),
    "số em là 0900 000 011": ("phone", "0900000011"),
    "hát chín chín chấm mười gạch hai sáu một một không hai gạch không không không ba": (
        "dossier_code",
        "H99.10-261102-0003",
    ),
}
EMERGENCIES = {
    "nhà hàng xóm đang cháy to lắm": "fire",
    "chay nha roi cuu voi": "fire",
    "có người cầm dao ngoài cửa": "crime",
    "ba em không thở được": "medical",
    "cháu bé bên cạnh bị bạo hành": "child",
    "em không muốn sống nữa": "self_harm",
}
NO_EMERGENCIES = (
    "thủ tục thẩm duyệt phòng cháy chữa cháy",
    "xe đang chạy bị mất biển số thì làm lại thế nào",
    "bảo hiểm tai nạn cần hồ sơ gì",
    "bị cướp mất căn cước tháng trước, làm lại ở đâu",
    "xe chay dich vu can giay phep gi",
)


@pytest.fixture(scope="module")
def understood(trained: Path) -> dict[str, dict[str, Any]]:
    messages = [text for _, message in CASES for text in (message, fold(message))]
    texts = list(dict.fromkeys([*messages, *CODES, *EMERGENCIES, *NO_EMERGENCIES]))
    return dict(zip(texts, parse(trained, texts), strict=True))


def test_every_intent_has_training_and_held_out_messages() -> None:
    assert sorted(HELD_OUT) == sorted(TRAINING)
    assert {intent: held["intent"] for intent, held in HELD_OUT.items()} == {intent: intent for intent in TRAINING}
    assert [intent for intent, held in HELD_OUT.items() if len(held["messages"]) < 8] == []


def test_no_held_out_message_was_trained_on() -> None:
    trained_on = {
        line[2:].strip().lower() for data in TRAINING.values() for line in data["nlu"][0]["examples"].splitlines()
    }

    assert [message for _, message in CASES if message.lower() in trained_on] == []


def test_no_example_stands_for_two_intents() -> None:
    lines = [line.lower() for data in TRAINING.values() for line in data["nlu"][0]["examples"].splitlines()]

    assert sorted({line for line in lines if lines.count(line) > 1}) == []


@pytest.mark.parametrize(("stripped", "least"), [(False, LEAST_RIGHT), (True, LEAST_RIGHT_STRIPPED)])
def test_held_out_messages_are_understood(understood: dict[str, dict[str, Any]], stripped: bool, least: float) -> None:
    wrong = [
        f"{message}: {intent}, not {found}"
        for intent, message in CASES
        if (found := likeliest(understood[fold(message) if stripped else message])) != intent
    ]

    assert 1 - len(wrong) / len(CASES) >= least, wrong


@pytest.mark.parametrize("intent", sorted(HELD_OUT))
def test_no_intent_falls_behind(understood: dict[str, dict[str, Any]], intent: str) -> None:
    found = [likeliest(understood[message]) for expected, message in CASES if expected == intent]

    assert found.count(intent) / len(found) >= LEAST_RIGHT_PER_INTENT, found


@pytest.mark.parametrize(("text", "entity"), CODES.items())
def test_codes_are_entities_with_their_official_spelling(
    understood: dict[str, dict[str, Any]], text: str, entity: tuple[str, str]
) -> None:
    assert [(each["entity"], each["value"]) for each in understood[text]["entities"]] == [entity]


@pytest.mark.parametrize(("text", "kind"), EMERGENCIES.items())
def test_an_emergency_is_certain_and_has_its_kind(understood: dict[str, dict[str, Any]], text: str, kind: str) -> None:
    parsed = understood[text]

    assert (parsed["intent"], parsed["confidence"]) == ("emergency", 1.0)
    assert ("emergency", kind) in [(each["entity"], each["value"]) for each in parsed["entities"]]


@pytest.mark.parametrize("text", NO_EMERGENCIES)
def test_a_question_about_danger_is_no_emergency(understood: dict[str, dict[str, Any]], text: str) -> None:
    assert likeliest(understood[text]) != "emergency"
