"""Every intent is understood in wordings that it was not trained on, with accents and without, and codes are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.nlu_evaluation import (
    Judged,
    Part,
    accuracy,
    acted_on,
    calibration_error,
    likeliest,
    read_held_out,
    run_in_bot,
    scope,
)
from motcua.programs import ROOT
from nlu.text.normalise import fold
from nlu.text.tokens import keys

HELD_OUT = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(Path(__file__).parent.glob("*.yml"))
}
TRAINING = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "nlu/data").glob("*.yml"))
}
CASES = [(intent, str(message)) for intent, held in HELD_OUT.items() for message in held["messages"]]
FREQUENT = {
    *(intent for intent in TRAINING if intent.startswith("ask_") and intent not in ("ask_bot", "ask_wait")),
    *(
        "dossier_status",
        "give_feedback",
        "feedback_status",
        "request_person",
        "out_of_scope",
        "life_event",
        "subscribe",
    ),
}
LEAST_RIGHT = 0.94
LEAST_RIGHT_STRIPPED = 0.92
LEAST_RIGHT_PER_INTENT = 0.7
LEAST_RIGHT_OF_ANOTHER_AUTHOR = {"accents": 0.88, "stripped": 0.87, "noisy": 0.93, "spoken": 0.88}
"""Just below what was measured on the frozen messages (docs/decisions/0003): these may rise, not fall."""
LEAST_RIGHT_IN_A_TALK, LEAST_RIGHT_ACTED_ON = 0.89, 0.91
"""The same for messages from the middle of a talk."""
LEAST_CAUGHT, MOST_FALSE_ALARMS = 0.90, 0.03
MOST_CALIBRATION_ERROR = 0.05


def words(text: str) -> tuple[str, ...]:
    """What is left of a text without accents, capitals and punctuation."""
    return tuple(keys(text))


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
    others = [message.text for message in read_held_out()]
    texts = list(dict.fromkeys([*messages, *others, *CODES, *EMERGENCIES, *NO_EMERGENCIES]))
    return dict(zip(texts, run_in_bot("bot.parse", trained, texts), strict=True))


@pytest.fixture(scope="module")
def judged(understood: dict[str, dict[str, Any]]) -> list[Judged]:
    return [Judged(message, *likeliest(understood[message.text])) for message in read_held_out()]


@pytest.fixture(scope="module")
def frozen(judged: list[Judged]) -> list[Judged]:
    return [one for one in judged if one.message.part == Part.FROZEN]


def test_every_intent_has_training_and_held_out_messages() -> None:
    assert sorted(HELD_OUT) == sorted(TRAINING)
    assert {intent: held["intent"] for intent, held in HELD_OUT.items()} == {intent: intent for intent in TRAINING}
    counts = {intent: len(held["messages"]) + len(held.get("others", ())) for intent, held in HELD_OUT.items()}
    assert [intent for intent, count in counts.items() if count < (25 if intent in FREQUENT else 8)] == []


def test_no_held_out_message_was_trained_on() -> None:
    trained_on = {words(line) for data in TRAINING.values() for line in data["nlu"][0]["examples"].splitlines()}

    held_out = [*(text for _, text in CASES), *(message.text for message in read_held_out())]
    assert [message for message in held_out if words(message) in trained_on] == []


def test_no_example_stands_for_two_intents() -> None:
    lines = [line.lower() for data in TRAINING.values() for line in data["nlu"][0]["examples"].splitlines()]

    assert sorted({line for line in lines if lines.count(line) > 1}) == []


@pytest.mark.parametrize(("stripped", "least"), [(False, LEAST_RIGHT), (True, LEAST_RIGHT_STRIPPED)])
def test_held_out_messages_are_understood(understood: dict[str, dict[str, Any]], stripped: bool, least: float) -> None:
    wrong = [
        f"{message}: {intent}, not {found}"
        for intent, message in CASES
        if (found := likeliest(understood[fold(message) if stripped else message])[0]) != intent
    ]

    assert 1 - len(wrong) / len(CASES) >= least, wrong


@pytest.mark.parametrize(("style", "least"), LEAST_RIGHT_OF_ANOTHER_AUTHOR.items())
def test_messages_of_another_author_are_understood(frozen: list[Judged], style: str, least: float) -> None:
    assert accuracy(one for one in frozen if one.message.style == style).value >= least


def test_messages_from_the_middle_of_a_talk_are_understood(judged: list[Judged]) -> None:
    talk = [one for one in judged if one.message.part == Part.TALK]

    assert {one.message.intent for one in talk} == set(TRAINING)
    assert accuracy(talk).value >= LEAST_RIGHT_IN_A_TALK
    assert acted_on(talk)[1].value >= LEAST_RIGHT_ACTED_ON


def test_what_is_out_of_scope_is_caught_without_false_alarms(frozen: list[Judged]) -> None:
    caught, false = scope(frozen)

    assert caught.value >= LEAST_CAUGHT
    assert false.value <= MOST_FALSE_ALARMS


def test_confidence_says_how_often_it_is_right(frozen: list[Judged]) -> None:
    assert calibration_error(frozen) <= MOST_CALIBRATION_ERROR


@pytest.mark.parametrize("intent", sorted(HELD_OUT))
def test_no_intent_falls_behind(understood: dict[str, dict[str, Any]], intent: str) -> None:
    found = [likeliest(understood[message])[0] for expected, message in CASES if expected == intent]

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
    assert likeliest(understood[text])[0] != "emergency"
