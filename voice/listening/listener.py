"""When the caller speaks, when the turn is over, when speech interrupts, and which keys belong together.

All times are counted in the caller's sound itself, never by a clock.
"""

# Pipecat is typed in part.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false, reportIncompatibleMethodOverride=false
from __future__ import annotations

import numpy as np
import soxr
from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADState
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.dialogue.events import Expect
from voice.frames import ExpectFrame, KeysFrame, MessageFrame, Pause, SilenceFrame, TurnBegan, TurnEnded
from voice.listening.nearness import Nearness
from voice.recognition.transcript import SAMPLE_RATE as RECOGNITION_RATE
from voice.recognition.transcript import Samples
from voice.telephony.line import SAMPLE_RATE
from voice.telephony.tape import Tape

_BYTES_PER_SECOND = SAMPLE_RATE * 2
_BEFORE = int(0.4 * _BYTES_PER_SECOND)
"""Sound kept from before the voice was noticed."""
_PREVIEW = 0.24
_INTERRUPTS = 0.7
"""Seconds of voice that interrupt; a "dạ" or "vâng" is shorter."""
_LONGEST_TURN = 28.0
_KEY_PAUSE = 2.5
_SILENCE = 7.0
_ONE_KEY = frozenset({Expect.YES_NO, Expect.CHOICE})


class Listener(FrameProcessor):
    """Turns of the caller, from sound."""

    def __init__(self, analyzer: VADAnalyzer, tape: Tape) -> None:
        super().__init__(name="listener")
        self._tape = tape
        self._analyzer = analyzer
        self._analyzer.set_sample_rate(SAMPLE_RATE)
        self._nearness = Nearness()
        self._now = 0.0
        self._sound = bytearray()
        self._began: float | None = None
        self._voiced = self._quiet = 0.0
        self._previewed = self._over = self._interrupted = False
        self._assistant_speaks = False
        self._expect, self._digits = Expect.ANYTHING, None
        self._keys, self._last_key = "", 0.0
        self._idle_since: float | None = None
        self._silences = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Takes sound and keys in; everything else passes."""
        await super().process_frame(frame, direction)
        match frame:
            case InputAudioRawFrame():
                await self._hear(frame.audio)
                return
            case InputDTMFFrame():
                await self._key(frame.button.value)
                return
            case ExpectFrame():
                self._expect, self._digits = frame.expect, frame.digits
                self._tape.stop()
                return
            case BotStartedSpeakingFrame():
                self._assistant_speaks, self._idle_since = True, None
                self._tape.stop()
            case BotStoppedSpeakingFrame():
                self._assistant_speaks, self._idle_since = False, self._now
                if self._expect is Expect.MESSAGE:
                    self._tape.start()
            case _:
                pass
        await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """Releases the model's thread."""
        await super().cleanup()
        await self._analyzer.cleanup()

    async def _hear(self, sound: bytes) -> None:
        seconds = len(sound) / _BYTES_PER_SECOND
        self._now += seconds
        self._sound += sound
        speaking = await self._analyzer.analyze_audio(sound) is VADState.SPEAKING
        voiced = self._nearness.hears(_samples(sound), seconds, voice=speaking)
        if self._expect is Expect.MESSAGE:
            await self._take_down(sound, voiced=voiced)
        elif voiced:
            await self._voice(seconds)
        elif self._began is None:
            del self._sound[:-_BEFORE]
            await self._waiting()
        else:
            await self._pause(seconds)

    async def _take_down(self, sound: bytes, *, voiced: bool) -> None:
        """A message has pauses for thought: a long silence ends it, a key, or its longest length."""
        self._began = None
        self._sound.clear()
        if not self._tape.running:
            return
        self._tape.add(sound, voiced=voiced)
        if voiced:
            self._idle_since, self._silences = None, 0
        if self._tape.full or (self._tape.spoken and self._tape.quiet >= self._expect.pause):
            await self._end_message()
        elif not voiced:
            await self._waiting()

    async def _end_message(self) -> None:
        self._tape.stop()
        self._nearness.end_turn()
        if self._tape.spoken:
            await self.push_frame(MessageFrame(self._tape.seconds))
        else:
            self._silences += 1
            await self.push_frame(SilenceFrame(self._silences))

    async def _voice(self, seconds: float) -> None:
        self._quiet, self._previewed = 0.0, False
        if self._began is None:
            self._began = self._now - len(self._sound) / _BYTES_PER_SECOND
            self._over, self._interrupted, self._voiced = self._assistant_speaks, False, 0.0
            self._idle_since, self._silences = None, 0
            await self.push_frame(TurnBegan())
        self._voiced += seconds
        if self._assistant_speaks and not self._interrupted and self._voiced >= _INTERRUPTS:
            self._interrupted, self._over = True, False
            await self.broadcast_interruption()
        if self._now - self._began >= _LONGEST_TURN:
            await self._end_turn()

    async def _pause(self, seconds: float) -> None:
        self._quiet += seconds
        if not self._previewed and self._quiet >= _PREVIEW:
            self._previewed = True
            await self.push_frame(Pause(self._samples()))
        if self._quiet >= self._expect.pause:
            await self._end_turn()

    async def _end_turn(self) -> None:
        assert self._began is not None
        ended = TurnEnded(self._samples(), self._over, self._began)
        self._began = None
        self._sound.clear()
        self._nearness.end_turn()
        await self.push_frame(ended)

    async def _waiting(self) -> None:
        if self._keys and self._now - self._last_key >= _KEY_PAUSE:
            await self._complete_keys()
        if self._idle_since is not None and not self._keys and self._now - self._idle_since >= _SILENCE:
            self._idle_since = self._now
            self._silences += 1
            self._nearness.forget()
            await self.push_frame(SilenceFrame(self._silences))

    async def _key(self, key: str) -> None:
        self._idle_since, self._silences, self._last_key = None, 0, self._now
        if self._assistant_speaks:
            await self.broadcast_interruption()
        elif self._expect is Expect.MESSAGE:
            await self._end_message()
        if self._expect is Expect.MESSAGE:
            return
        if key != "#":
            self._keys += key
        if key in "#*" or self._expect in _ONE_KEY or len(self._keys) == self._digits:
            await self._complete_keys()

    async def _complete_keys(self) -> None:
        keys, self._keys = self._keys, ""
        if keys:
            await self.push_frame(KeysFrame(keys))

    def _samples(self) -> Samples:
        """The turn so far at the rate of recognition."""
        return soxr.resample(_samples(bytes(self._sound)), SAMPLE_RATE, RECOGNITION_RATE)


def _samples(sound: bytes) -> Samples:
    return np.frombuffer(sound, np.int16).astype(np.float32) / np.float32(32768)
