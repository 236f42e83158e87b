"""What the dialogue of a call asks of the hotline around it."""

from __future__ import annotations

from typing import Protocol

from voice.dialogue.voice_mail import Mailbox


class NumberUnknown(Exception):
    """Nobody knows where to call back."""


class Desk(Mailbox, Protocol):
    """The hotline as one call sees it."""

    @property
    def takes_messages(self) -> bool:
        """Whether a caller may leave a message."""
        ...

    async def clerk_available(self) -> bool:
        """Whether a clerk is there to take a call."""
        ...

    def call_back_hours(self) -> str:
        """The next office hours in which a clerk can call back, in spoken words."""
        ...

    def later_hours(self) -> None:
        """From here on, call-backs are offered and promised for the hours after those."""
        ...

    async def call_back(self, reason: str, telephone: str | None = None) -> None:
        """Puts the caller on the call-back list for those hours.

        Raises ``NumberUnknown`` when the caller's number was withheld and no other is given.
        """
        ...

    @property
    def recording(self) -> bool:
        """Whether the caller was told that the call is recorded, to the end of that sentence."""
        ...

    async def stop_recording(self) -> None:
        """Stops recording and deletes what there is."""
        ...

    async def way_to_write(self) -> str | None:
        """How something can be sent to the caller in writing, in spoken words; none when it cannot."""
        ...

    async def write(self, subject: str, text: str) -> bool:
        """Sends a whole answer to the caller; whether it was taken."""
        ...

    async def sounds_like(self, text: str) -> str | None:
        """The procedure whose name sounds like what was heard, where the words themselves name none."""
        ...
