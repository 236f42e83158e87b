"""What every outside channel (Telegram, Zalo) offers to the outbox and takes from the citizen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from records.attachments import NewAttachment
from records.conversations import NewMessage
from records.models import Json

PICTURES = frozenset({"image/jpeg", "image/png"})
"""What every channel shows as a picture, within its limits."""
ASK_OPERATOR = dt.timedelta(minutes=15)
"""How long to wait where only the operator can help: a token is wrong or revoked, an app switched off."""


class ChannelDown(Exception):
    """The channel cannot take a message now; ``after`` is how long it asks to wait, if it does."""

    def __init__(self, reason: str, after: dt.timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class ChannelRefused(Exception):
    """The channel will never take this message (citizen blocked us, window over, bad address)."""


@dataclass(frozen=True)
class OutgoingButton:
    """A choice; ``reference`` (at most 22 ASCII characters) comes back as the ``payload`` of the citizen's message."""

    title: str
    reference: str


@dataclass(frozen=True)
class OutgoingFile:
    """A file for a citizen, and the ``link`` that opens it where the channel does not take it."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    link: str = field(repr=False)

    @property
    def as_text(self) -> str:
        """What stands in a message instead of the file."""
        return f"Tệp đính kèm: {self.name}\n{self.link}"


@dataclass(frozen=True)
class Outgoing:
    """A message to a citizen, with at most four buttons."""

    text: str
    buttons: Sequence[OutgoingButton] = ()
    files: Sequence[OutgoingFile] = ()


@dataclass(frozen=True)
class Part:
    """What a channel delivers at once: all of an ``Outgoing``, or a piece of it; the text is the file's caption."""

    text: str
    buttons: Sequence[OutgoingButton] = ()
    file: OutgoingFile | None = None

    @property
    def linked(self) -> Part:
        """The same with the link in the place of the file."""
        return Part(f"{self.text}\n\n{self.file.as_text}".strip(), self.buttons) if self.file else self


@dataclass(frozen=True)
class Incoming:
    """One message of a citizen as a webhook or poll delivered it."""

    channel_user: str
    message: NewMessage
    attachments: Sequence[NewAttachment] = ()
    own_number: str | None = field(default=None, repr=False)
    """The citizen's telephone number, if that is what was sent and the channel vouches for it."""


def pressed(text: str) -> str | None:
    """``text`` when it is the reference of a button, as ``records.conversations.button_reference`` makes it."""
    return text if re.fullmatch(r"b\d{1,18}\.\d", text, re.ASCII) else None


class Channel(Protocol):
    """One outside channel; it holds its own HTTP client and opens it with ``async with``."""

    name: str

    def parts(self, message: Outgoing) -> Sequence[Part]:
        """The message in what is delivered one after the other, always the same for the same message."""
        ...

    async def send(self, channel_user: str, part: Part) -> str | None:
        """Delivers a part and returns the channel's id of it.

        Raises ``ChannelDown`` when it should be tried again and ``ChannelRefused`` when not.
        """
        ...

    def fetch(self, remote: Json) -> AbstractAsyncContextManager[AsyncGenerator[bytes]]:
        """The content of a file that lies with the channel, block by block.

        Raises ``ChannelDown`` or ``ChannelRefused`` on entering.
        """
        ...
