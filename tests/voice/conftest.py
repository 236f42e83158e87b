"""The recogniser, where its weights are installed."""

from __future__ import annotations

import pytest

from voice.recognition.whisper import Whisper
from voice.settings import Settings


@pytest.fixture(scope="session")
def whisper() -> Whisper:
    if Settings().model() is None:
        pytest.skip("no speech weights (script/setup --with-speech)")
    return Whisper(Settings())
