"""Leaving a message: what it is recorded for, the tone, how long it is, and whether it is sent or spoken anew."""

from __future__ import annotations

from typing import Protocol

from voice.dialogue import phrases
from voice.dialogue.events import Ending, Event, Expect, Heard, Left, Pressed, Reaction, Silence
from voice.dialogue.yes_no import Chooser, yes_or_no
from voice.speaking.numbers import number

_ATTEMPTS = 2
"""Silences, or answers that are neither yes nor no, after which it ends; a spoken message is sent then."""


class Mailbox(Protocol):
    """Where the message lies that was spoken last."""

    async def keep_message(self) -> None:
        """Stores it for staff."""
        ...

    def drop_message(self) -> None:
        """Forgets it."""
        ...


class VoiceMail:
    """One message; the sound itself stays with the line."""

    def __init__(self, mailbox: Mailbox, chooser: Chooser | None) -> None:
        self._mailbox = mailbox
        self._chooser = chooser
        self._seconds: int | None = None
        self._attempts = 0

    def greeting(self) -> Reaction:
        """What the message is recorded for; after it comes the tone."""
        return Reaction(phrases.MESSAGE_AFTER_TONE, Expect.MESSAGE)

    async def react(self, event: Event) -> Reaction:
        """What to say next."""
        match event:
            case Left(seconds):
                self._seconds, self._attempts = max(1, round(seconds)), 0
                return self._ask()
            case Heard() if self._seconds is not None:
                answer = await yes_or_no(event, self._chooser)
            case Pressed(keys):
                answer = {"1": True, "2": False}.get(keys)
            case Heard() | Silence():
                answer = None
        if self._seconds is None or answer is None:
            return await self._again()
        if answer:
            return await self._keep()
        self._mailbox.drop_message()
        self._seconds, self._attempts = None, 0
        return Reaction(phrases.MESSAGE_ANEW, Expect.MESSAGE)

    async def _again(self) -> Reaction:
        self._attempts += 1
        if self._attempts < _ATTEMPTS:
            return Reaction(phrases.NO_MESSAGE_HEARD, Expect.MESSAGE) if self._seconds is None else self._ask()
        if self._seconds is not None:
            return await self._keep()
        return Reaction(phrases.SILENT_GOODBYE, ending=Ending.HANG_UP)

    def _ask(self) -> Reaction:
        return Reaction(phrases.MESSAGE_LENGTH.format(seconds=number(self._seconds or 0)), Expect.YES_NO)

    async def _keep(self) -> Reaction:
        await self._mailbox.keep_message()
        return Reaction(phrases.MESSAGE_KEPT, ending=Ending.HANG_UP)
