"""What can happen in a call, and what the dialogue makes of it; no sound in either."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from voice.recognition.transcript import Samples, Transcript


class Expect(Enum):
    """What the caller was asked for, which decides how long a pause ends their turn and what keys mean."""

    ANYTHING = "anything"
    CODE = "code"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    MESSAGE = "message"
    """A message after the tone, which is kept as sound."""

    @property
    def pause(self) -> float:
        """Seconds of silence after which the caller has finished."""
        return {Expect.CODE: 1.5, Expect.NUMBER: 1.2, Expect.YES_NO: 0.5, Expect.CHOICE: 0.6, Expect.MESSAGE: 3.0}.get(
            self, 0.7
        )


@dataclass(frozen=True)
class Heard:
    """The caller said something; without words in it, nothing could be made of it."""

    transcript: Transcript
    samples: Samples | None = None
    """The sound itself, for a forced choice; none where text stands in for sound."""


@dataclass(frozen=True)
class Pressed:
    """Keys of the telephone, complete."""

    keys: str


@dataclass(frozen=True)
class Silence:
    """Nobody spoke after the assistant had finished; ``times`` in a row."""

    times: int


@dataclass(frozen=True)
class Left:
    """A message was spoken after the tone and has ended."""

    seconds: float


class Ending(StrEnum):
    """How a call goes on after its last words."""

    HANG_UP = "hangup"
    QUEUE = "queue"
    URGENT = "urgent"
    """The queue, ahead of everybody."""


@dataclass(frozen=True)
class Reaction:
    """What is said, what is expected then, and whether the assistant's part of the call ends with it."""

    say: str
    expect: Expect = Expect.ANYTHING
    digits: int | None = None
    """How many digits complete an entry by keypad; without it ``#`` does."""
    ending: Ending | None = None
    pace: float = 1.0


Event = Heard | Pressed | Silence | Left
