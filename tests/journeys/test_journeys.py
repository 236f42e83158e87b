"""Runs every conversation of this folder (``*.yml``) against the real stack, over the public API."""

from __future__ import annotations

from pathlib import Path

import pytest

from motcua.dialogue_evaluation import Journey, play, read_journeys
from tests.pictures import png
from tests.stack import Stack

JOURNEYS = [journey for journey in read_journeys(Path(__file__).parent) if not journey.group]


def test_there_are_at_least_eighty() -> None:
    assert len(JOURNEYS) >= 80


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_journey(stack: Stack, journey: Journey) -> None:
    played = play(stack.url, journey, png())

    assert {number: faults for number, faults in enumerate(played.faults, 1) if faults} == {}
