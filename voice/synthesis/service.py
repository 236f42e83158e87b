"""Speaking for all calls of the process: a queue of its own, and fixed phrases are synthesised once."""

# Pipecat is typed in part.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
from __future__ import annotations

import re
from collections import OrderedDict

import numpy as np
import structlog
from pipecat.frames.frames import Frame, OutputAudioRawFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.dialogue import phrases
from voice.executor import Workshop
from voice.frames import InformedFrame, SpeechFrame, SpokenFrame, WorkingFrame
from voice.synthesis.voices import Voice
from voice.telephony.line import SAMPLE_RATE

_KEPT = 300
SENTENCE = re.compile(r"(?<=[.!?;])\s+")
"""Between what is synthesised, and heard, one after the other."""


def _tone(seconds: float, hertz: float, height: int) -> bytes:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (height * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes()


SPEAK_NOW = _tone(0.4, 1000, 6000)
AT_WORK = _tone(0.12, 500, 2000)
"""A soft and short sign, for who waits for an answer."""


class SpeechService:
    """One voice; sentences that were spoken lately are kept."""

    def __init__(self, voice: Voice, workshop: Workshop) -> None:
        self._voice = voice
        self._workshop = workshop
        self._kept: OrderedDict[tuple[str, float], bytes] = OrderedDict()

    async def speak(self, sentence: str, pace: float) -> bytes:
        """The sentence as sound. Raises ``Overloaded``."""
        key = sentence, pace
        if key not in self._kept:
            self._kept[key] = await self._workshop.run(lambda: self._voice.speak(sentence, pace))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


class Mouth(FrameProcessor):
    """Text into sound, a sentence at a time, so that the first one is heard while the next is made."""

    def __init__(self, service: SpeechService) -> None:
        super().__init__(name="mouth")
        self._service = service

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Speaks; everything else passes."""
        await super().process_frame(frame, direction)
        match frame:
            case SpeechFrame():
                await self._speak(frame)
            case WorkingFrame():
                await self._sound(AT_WORK)
            case _:
                await self.push_frame(frame, direction)
                return
        await self.push_frame(SpokenFrame())

    async def _speak(self, speech: SpeechFrame) -> None:
        """What cannot be spoken is left out, so that the call goes on after it."""
        for sentence in SENTENCE.split(speech.text):
            try:
                await self._sound(await self._service.speak(sentence, speech.pace))
            except Exception as error:
                structlog.get_logger().error("sentence not spoken", reason=type(error).__name__)
            else:
                if sentence == phrases.CONSENT:
                    await self.push_frame(InformedFrame())
        if speech.tone:
            await self._sound(SPEAK_NOW)

    async def _sound(self, samples: bytes) -> None:
        await self.push_frame(OutputAudioRawFrame(audio=samples, sample_rate=SAMPLE_RATE, num_channels=1))
