"""Frames of our own between the processors of a call."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipecat.frames.frames import DataFrame, SystemFrame

from voice.dialogue.events import Ending, Expect
from voice.recognition.transcript import Samples, Transcript


@dataclass
class TurnBegan(SystemFrame):
    """The caller started to speak."""


@dataclass
class Pause(SystemFrame):
    """The caller is silent; ``samples`` are what was said so far, should the turn end with it."""

    samples: Samples = field(repr=False)


@dataclass
class TurnEnded(SystemFrame):
    """The caller has finished. ``over`` tells that the assistant was speaking at the time, ``at`` when it began."""

    samples: Samples = field(repr=False)
    over: bool
    at: float


@dataclass
class HeardFrame(SystemFrame):
    """What the caller said."""

    transcript: Transcript
    samples: Samples = field(repr=False)
    over: bool
    at: float


@dataclass
class KeysFrame(SystemFrame):
    """Keys of the telephone, complete."""

    keys: str


@dataclass
class MessageFrame(SystemFrame):
    """A message after the tone is over; its sound is on the tape."""

    seconds: float


@dataclass
class SilenceFrame(SystemFrame):
    """Nobody has spoken for a while; ``times`` in a row."""

    times: int


@dataclass
class ExpectFrame(SystemFrame):
    """Upstream: what the caller is asked for."""

    expect: Expect
    digits: int | None


@dataclass
class SpeechFrame(DataFrame):
    """Something to say."""

    text: str
    pace: float
    tone: bool = False
    """Whether a tone comes after it."""


@dataclass
class WorkingFrame(DataFrame):
    """A sign to the caller that work goes on."""


@dataclass
class InformedFrame(DataFrame):
    """That the call is recorded was said, behind its sound."""


@dataclass
class SpokenFrame(DataFrame):
    """The end of something said, behind its sound."""


@dataclass
class EndingFrame(DataFrame):
    """The end of the assistant's part of the call, behind its last words."""

    ending: Ending
