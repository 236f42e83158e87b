"""Turns of the caller, from sound, with voices behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
from pipecat.frames.frames import BotStartedSpeakingFrame, BotStoppedSpeakingFrame, Frame, InputAudioRawFrame
from pipecat.tests.utils import run_test

from tests.voice.loudness import Loudness
from voice.frames import SilenceFrame, TurnBegan, TurnEnded
from voice.listening.listener import Listener
from voice.telephony.line import SAMPLE_RATE
from voice.telephony.tape import Tape

NEAR, FAR = 0.3, 0.035
"""Levels of the caller, and of a television 19 dB below."""


def speech(seconds: float, *levels: float) -> list[InputAudioRawFrame]:
    """Voices of these levels at once, in syllables, as frames of 20 ms."""
    times = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    voices = [level * np.sin(2 * np.pi * 4 * times) ** 2 * np.sin(2 * np.pi * (170 + 90 * n) * times)
              for n, level in enumerate(levels)]  # fmt: skip
    sound = (sum(voices, np.zeros_like(times)) * 32767).astype(np.int16).tobytes()
    step = SAMPLE_RATE // 50 * 2
    return [InputAudioRawFrame(sound[at : at + step], SAMPLE_RATE, 1) for at in range(0, len(sound), step)]


async def heard(frames: Sequence[Frame]) -> list[Frame]:
    down, _ = await run_test(Listener(Loudness(), Tape(0)), frames_to_send=frames)
    await asyncio.sleep(0)
    return [each for each in down if isinstance(each, TurnBegan | TurnEnded | SilenceFrame)]


def seconds(turn: Frame) -> float:
    assert isinstance(turn, TurnEnded)
    return len(turn.samples) / 16_000


async def test_a_television_behind_the_caller_keeps_no_turn_open() -> None:
    began, ended = await heard([*speech(2, NEAR, FAR), *speech(6, FAR)])
    assert isinstance(began, TurnBegan)
    assert 2.5 < seconds(ended) < 4


async def test_a_television_alone_is_a_turn_that_nothing_tells_apart() -> None:
    assert [type(each) for each in await heard(speech(2, FAR) + speech(1, 0))] == [TurnBegan, TurnEnded]


async def test_a_television_does_not_interrupt() -> None:
    frames = [*speech(2, NEAR), *speech(1, 0), BotStartedSpeakingFrame(), *speech(4, FAR)]
    assert [type(each) for each in await heard(frames)] == [TurnBegan, TurnEnded]


async def test_who_shouts_first_may_go_on_softly() -> None:
    turns = await heard([*speech(1, NEAR), *speech(2, 0), *speech(2, NEAR / 6), *speech(2, 0)])
    assert [type(each) for each in turns] == [TurnBegan, TurnEnded, TurnBegan, TurnEnded]


async def test_a_soft_voice_is_heard_once_nobody_else_was() -> None:
    frames = [*speech(2, NEAR), *speech(1, 0), BotStoppedSpeakingFrame(), *speech(8, FAR), *speech(1, 0)]
    turns = await heard(frames)
    assert [type(each) for each in turns] == [TurnBegan, TurnEnded, SilenceFrame, TurnBegan, TurnEnded]
