"""Runs every conversation of this folder (``*.yml``) against the real stack, over the public API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pictures import png
from tests.stack import Chat, Stack, text_of

JOURNEYS = sorted(Path(__file__).parent.glob("*.yml"))
PICTURE = png()


@pytest.mark.parametrize("file", JOURNEYS, ids=lambda file: file.stem)
def test_journey(stack: Stack, file: Path) -> None:
    journey = yaml.safe_load(file.read_text(encoding="utf-8"))
    chat = stack.chat()
    for number, turn in enumerate(journey["turns"], start=1):
        answer = take(chat, turn)
        check(turn, answer, f"{journey['name']}, turn {number}")


def take(chat: Chat, turn: dict[str, Any]) -> dict[str, Any]:
    """What the citizen does in a turn: says something, presses a button, or sends a picture."""
    files = [chat.upload("anh.png", PICTURE)] if turn.get("picture") else []
    if "press" in turn:
        return chat.press(turn["press"])
    if "payload" in turn:
        return chat.say(payload=turn["payload"])
    return chat.say(turn.get("user", ""), attachments=files)


def check(turn: dict[str, Any], answer: dict[str, Any], where: str) -> None:
    """Compares the reply with what the journey expects of it."""
    text = text_of(answer)
    titles = [button["title"] for message in answer["messages"] for button in message["buttons"]]
    assert answer["messages"], where
    for expected in turn.get("says", []):
        assert expected.lower() in text.lower(), f"{where}: {expected!r} is missing in\n{text}"
    for unwanted in turn.get("never", []):
        assert unwanted.lower() not in text.lower(), f"{where}: {unwanted!r} must not be in\n{text}"
    for expected in turn.get("buttons", []):
        assert any(expected.lower() in title.lower() for title in titles), (
            f"{where}: no button {expected!r} in {titles}"
        )
    if "intent" in turn:
        assert answer["understanding"]["intent"] == turn["intent"], where
    if "procedure" in turn:
        assert turn["procedure"] in answer["understanding"]["procedures"], f"{where}: {answer['understanding']}"
