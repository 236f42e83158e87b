"""The dialogue's place in the pipeline: one event at a time, and no silence while it works."""

# Pipecat is typed in part.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
from __future__ import annotations

import asyncio
import re
from typing import Protocol

import structlog
from pipecat.frames.frames import BotStoppedSpeakingFrame, Frame, StartFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from nlu.text.normalise import fold
from voice.dialogue import phrases
from voice.dialogue.events import Event, Expect, Heard, Left, Pressed, Reaction, Silence
from voice.frames import (
    EndingFrame,
    ExpectFrame,
    HeardFrame,
    KeysFrame,
    MessageFrame,
    SilenceFrame,
    SpeechFrame,
    TurnBegan,
    TurnEnded,
    WorkingFrame,
)
from voice.recognition.transcript import Transcript
from voice.telephony.line import Line

_WAIT = 0.8
_AGAIN = 5
"""The caller is asked to wait after so many seconds of work, and again after so many signs that it goes on."""
_SIGN = 1.6
"""Seconds between these signs."""
_LONGEST_SILENCE = 1.9
"""Seconds within which something is said; the pause that ended the turn is part of them."""
_LISTENING = re.compile(r"(?:da|vang|u|uh|um|o|a|ok|roi|the a|vay a|da vang|vang da|da roi)(?: (?:a|da|vang|u))*")
"""What a listener says without wanting to speak, on folded text."""


class Journal(Protocol):
    """Keeps what was said."""

    def caller(self, at: float, transcript: Transcript) -> None:
        """Words of the caller, ``at`` seconds of the call."""
        ...

    def assistant(self, at: float, text: str) -> None:
        """Words of the assistant."""
        ...


class Talk(Protocol):
    """What is said first, and what then."""

    def greeting(self) -> Reaction:
        """The first words."""
        ...

    async def react(self, event: Event) -> Reaction:
        """What to say next."""
        ...


class Conductor(FrameProcessor):
    """Hands events to the dialogue and its words to the voice."""

    def __init__(self, dialogue: Talk, line: Line, journal: Journal) -> None:
        super().__init__(name="conductor")
        self._dialogue = dialogue
        self._line = line
        self._journal = journal
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._patience: asyncio.Task[None] | None = None
        self._reacting = False
        self._pause = Expect.ANYTHING.pause

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Queues events; frames of sound and control pass."""
        await super().process_frame(frame, direction)
        match frame:
            case TurnEnded(over=over):
                if not over:
                    self._work_begins()
            case TurnBegan():
                if not self._reacting:
                    await self._work_ends()
            case HeardFrame():
                await self._heard(frame)
            case KeysFrame(keys=keys):
                self._events.put_nowait(Pressed(keys))
            case MessageFrame(seconds=seconds):
                self._events.put_nowait(Left(seconds))
            case SilenceFrame(times=times):
                self._events.put_nowait(Silence(times))
            case _:
                await self.push_frame(frame, direction)
        if isinstance(frame, StartFrame):
            self._worker = self.create_task(self._work())

    async def cleanup(self) -> None:
        """Stops working."""
        await super().cleanup()
        await self._work_ends()
        if self._worker is not None:
            await self.cancel_task(self._worker)
            self._worker = None

    async def _heard(self, heard: HeardFrame) -> None:
        """Short words over the assistant's speech: signs of listening do nothing, others interrupt."""
        text = " ".join(re.findall(r"\w+", fold(heard.transcript.text)))
        if heard.over and (not text or _LISTENING.fullmatch(text)):
            return
        if heard.over:
            await self.broadcast_interruption()
        self._journal.caller(heard.at, heard.transcript)
        self._events.put_nowait(Heard(heard.transcript, heard.samples))

    async def _work(self) -> None:
        await self._say(self._dialogue.greeting())
        while True:
            event = await self._events.get()
            self._work_begins()
            self._reacting = True
            reaction = await self._react(event)
            self._reacting = False
            await self._say(reaction)

    async def _react(self, event: Event) -> Reaction:
        """Whatever fails, the caller hears so and the call goes on; who presses 0 still gets a person."""
        try:
            return await self._dialogue.react(event)
        except Exception as error:  # nobody else would tell the caller
            structlog.get_logger().error("turn failed", reason=type(error).__name__)
            return Reaction(phrases.UNAVAILABLE)

    def _work_begins(self) -> None:
        """From here on the caller waits for an answer, for recognition as well as for the dialogue."""
        if self._patience is None:
            self._patience = self.create_task(self._ask_to_wait())

    async def _work_ends(self) -> None:
        patience, self._patience = self._patience, None
        if patience is not None:
            await self.cancel_task(patience)

    async def _ask_to_wait(self) -> None:
        await self._line.sleep(max(0.0, min(_WAIT, _LONGEST_SILENCE - self._pause)))
        while True:
            await self.push_frame(SpeechFrame(phrases.WAIT, 1.0))
            for _ in range(_AGAIN):
                await self._line.sleep(_SIGN)
                await self.push_frame(WorkingFrame())

    async def _say(self, reaction: Reaction) -> None:
        await self._work_ends()
        self._pause = reaction.expect.pause
        await self.push_frame(ExpectFrame(reaction.expect, reaction.digits), FrameDirection.UPSTREAM)
        if reaction.say:
            self._journal.assistant(self._line.seconds, reaction.say)
            await self.push_frame(SpeechFrame(reaction.say, reaction.pace, reaction.expect is Expect.MESSAGE))
        else:
            await self.push_frame(BotStoppedSpeakingFrame(), FrameDirection.UPSTREAM)
        if reaction.ending is not None:
            await self.push_frame(EndingFrame(reaction.ending))
