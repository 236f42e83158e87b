"""Speaking for all calls of the process: a queue of its own, and fixed phrases are synthesised once."""

# Pipecat is typed in part.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
from __future__ import annotations

import re
from collections import OrderedDict

import numpy as np
from pipecat.frames.frames import Frame, OutputAudioRawFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.executor import Workshop
from voice.frames import SpeechFrame, SpokenFrame
from voice.synthesis.voices import Voice
from voice.telephony.line import SAMPLE_RATE

_KEPT = 300
SENTENCE = re.compile(r"(?<=[.!?;])\s+")
"""Between what is synthesised, and heard, one after the other."""
_TONE = (6000 * np.sin(2 * np.pi * 1000 * np.arange(int(0.4 * SAMPLE_RATE)) / SAMPLE_RATE)).astype("<i2").tobytes()
"""The sign to speak: 0.4 s of 1 kHz."""


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
        if not isinstance(frame, SpeechFrame):
            await self.push_frame(frame, direction)
            return
        for sentence in SENTENCE.split(frame.text):
            sound = await self._service.speak(sentence, frame.pace)
            await self.push_frame(OutputAudioRawFrame(audio=sound, sample_rate=SAMPLE_RATE, num_channels=1))
        if frame.tone:
            await self.push_frame(OutputAudioRawFrame(audio=_TONE, sample_rate=SAMPLE_RATE, num_channels=1))
        await self.push_frame(SpokenFrame())
