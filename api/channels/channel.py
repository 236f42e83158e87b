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
class Outgoing:
    """A message to a citizen, with at most four buttons."""

    text: str
    buttons: Sequence[OutgoingButton] = ()


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

    async def send(self, channel_user: str, message: Outgoing) -> str | None:
        """Delivers a message and returns the channel's id of it.

        Raises ``ChannelDown`` when it should be tried again and ``ChannelRefused`` when not.
        """
        ...

    def fetch(self, remote: Json) -> AbstractAsyncContextManager[AsyncGenerator[bytes]]:
        """The content of a file that lies with the channel, block by block.

        Raises ``ChannelDown`` or ``ChannelRefused`` on entering.
        """
        ...
