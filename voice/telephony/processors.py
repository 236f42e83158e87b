"""The two ends of a call's pipeline: what comes from the line, and what goes out on it."""

# Pipecat is typed in part.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
from __future__ import annotations

import asyncio

from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    StartFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.dialogue.events import Ending
from voice.frames import EndingFrame, InformedFrame, SpokenFrame
from voice.telephony.line import SAMPLE_RATE, SLICE_BYTES, SLICE_SECONDS, Digit, Line, Sound
from voice.telephony.recorder import Recorder

_GAP_SECONDS = 0.2
"""After so long without sound, silence is put in its place: some gateways send nothing while nobody speaks."""


class LineInput(FrameProcessor):
    """Sound and keys of the caller; ends the pipeline with the line."""

    def __init__(self, line: Line, recorder: Recorder) -> None:
        super().__init__(name="line-in")
        self._line = line
        self._recorder = recorder
        self._heard_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Starts and stops with the pipeline."""
        await super().process_frame(frame, direction)
        if isinstance(frame, (EndFrame, CancelFrame)):
            await self._stop()
        await self.push_frame(frame, direction)
        if isinstance(frame, StartFrame):
            self._tasks = [self.create_task(self._read()), self.create_task(self._fill())]

    async def cleanup(self) -> None:
        """Stops reading."""
        await super().cleanup()
        await self._stop()

    async def _stop(self) -> None:
        for task in self._tasks:
            await self.cancel_task(task)
        self._tasks = []

    async def _read(self) -> None:
        async for event in self._line.events():
            match event:
                case Sound(samples):
                    await self._sound(samples)
                case Digit(key) if key in set(KeypadEntry):
                    await self.push_frame(InputDTMFFrame(button=KeypadEntry(key)))
                case _:
                    continue
        self._line.ended.set()

    async def _fill(self) -> None:
        while True:
            await self._line.sleep(SLICE_SECONDS)
            if self._line.seconds - self._heard_at > _GAP_SECONDS:
                await self._sound(bytes(SLICE_BYTES))

    async def _sound(self, samples: bytes) -> None:
        self._heard_at = self._line.seconds
        self._recorder.caller(samples)
        await self.push_frame(InputAudioRawFrame(audio=samples, sample_rate=SAMPLE_RATE, num_channels=1))


class LineOutput(FrameProcessor):
    """Plays sound on the line, and ends the call after its last words."""

    def __init__(self, line: Line, recorder: Recorder) -> None:
        super().__init__(name="line-out")
        self._line = line
        self._recorder = recorder
        self._speaking = False
        self.ending: Ending | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Plays, stops playing, or ends the call."""
        await super().process_frame(frame, direction)
        match frame:
            case OutputAudioRawFrame():
                await self._set_speaking(True)
                await self._line.play(frame.audio)
            case InformedFrame():
                await self._line.drained()
                self._recorder.begin()
            case SpokenFrame():
                await self._line.drained()
                await self._set_speaking(False)
            case InterruptionFrame():
                self._line.silence()
                await self._set_speaking(False)
                await self.push_frame(frame, direction)
            case EndingFrame(ending=ending):
                self.ending = ending
                self._line.ended.set()
            case _:
                await self.push_frame(frame, direction)

    async def _set_speaking(self, speaking: bool) -> None:
        if speaking != self._speaking:
            self._speaking = speaking
            told = BotStartedSpeakingFrame() if speaking else BotStoppedSpeakingFrame()
            await self.push_frame(told, FrameDirection.UPSTREAM)
