"""Recognition for all calls of the process: one queue, and turns that began in a pause are ready when it ends."""

# Pipecat is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportIncompatibleMethodOverride=false
from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.executor import Overloaded, Workshop
from voice.frames import HeardFrame, Pause, TurnBegan, TurnEnded
from voice.recognition.transcript import Recogniser, Samples, Transcript


class RecognitionService:
    """One recogniser behind a bounded queue."""

    def __init__(self, recogniser: Recogniser, workshop: Workshop) -> None:
        self._recogniser = recogniser
        self._workshop = workshop

    async def transcribe(self, samples: Samples) -> Transcript:
        """What the sound says; nothing when too much waits already, so that the caller is asked again."""
        try:
            return await self.recognise(samples)
        except Overloaded:
            return Transcript()

    async def recognise(self, samples: Samples) -> Transcript:
        """What the sound says. Raises ``Overloaded`` when too much waits already."""
        return await self._workshop.run(lambda: self._recogniser.transcribe(samples))

    async def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        """How likely each candidate is."""
        try:
            return await self._workshop.run(lambda: self._recogniser.choose(samples, candidates))
        except Overloaded:
            return [0.0] * len(candidates)


class Ear(FrameProcessor):
    """Turns of sound into turns of words."""

    def __init__(self, service: RecognitionService) -> None:
        super().__init__(name="ear")
        self._service = service
        self._preview: asyncio.Task[Transcript] | None = None
        self._turns: set[asyncio.Task[None]] = set()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Recognises; everything else passes."""
        await super().process_frame(frame, direction)
        match frame:
            case Pause(samples=samples):
                self._drop_preview()
                self._preview = asyncio.create_task(self._service.transcribe(samples))
            case TurnEnded():
                preview, self._preview = self._preview, None
                turn: asyncio.Task[None] = self.create_task(self._recognise(frame, preview))
                self._turns.add(turn)
                turn.add_done_callback(self._turns.discard)
                await self.push_frame(frame, direction)
            case TurnBegan():
                self._drop_preview()
                await self.push_frame(frame, direction)
            case _:
                await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """Gives up what is being recognised."""
        await super().cleanup()
        self._drop_preview()
        for turn in list(self._turns):
            await self.cancel_task(turn)

    async def _recognise(self, turn: TurnEnded, preview: asyncio.Task[Transcript] | None) -> None:
        try:
            transcript = await (preview or self._service.transcribe(turn.samples))
        except Exception as error:  # the caller is asked again; after two failures comes a person
            structlog.get_logger().error("recognition failed", reason=type(error).__name__)
            transcript = Transcript()
        await self.push_frame(HeardFrame(transcript, turn.samples, turn.over, turn.at))

    def _drop_preview(self) -> None:
        if self._preview is not None:
            self._preview.cancel()
            self._preview = None
