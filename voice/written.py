"""What a caller asked for, in writing: on a channel that knows the number, else by SMS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import httpx

from records import conversations, numbers, outbox
from records.database import Database
from voice.settings import Settings

_SECONDS = 5.0
_LONGEST_SMS = 600
"""Characters; four parts of an SMS with accents are 268."""
_ADDRESS = re.compile(r"https?://\S+")
_CHANNELS = {"telegram": "Telegram", "zalo": "Zalo"}


class NotSent(Exception):
    """The message was not taken."""


class Post(Protocol):
    """One way of sending something to a telephone number."""

    async def way(self, phone: str) -> str | None:
        """What the way to this number is called in speech; none where there is none."""
        ...

    async def send(self, phone: str, subject: str, text: str) -> None:
        """Sends ``text``, the whole answer about ``subject``. Raises ``NotSent``."""
        ...


class ChannelPost:
    """The citizen's own conversation on Telegram or Zalo, if its number was confirmed there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def way(self, phone: str) -> str | None:
        """The channel."""
        async with self._database.session() as session:
            conversation = await numbers.conversation_of(session, phone)
        return _CHANNELS.get(conversation.channel) if conversation else None

    async def send(self, phone: str, subject: str, text: str) -> None:  # noqa: ARG002
        """Puts the whole answer into the outbox of that conversation."""
        async with self._database.session() as session:
            conversation = await numbers.conversation_of(session, phone)
            if conversation is None:
                raise NotSent("the number is not confirmed any more")
            await outbox.post(session, await conversations.say(session, conversation.id, "system", text))


class SmsPost:
    """An SMS gateway that takes ``POST {"to", "text"}`` with a bearer token."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http = http
        self._url = settings.sms_url
        self._token = settings.sms_token.get_secret_value()

    async def way(self, phone: str) -> str | None:  # noqa: ARG002
        """SMS, where a gateway is set."""
        return "tin nhắn" if self._url else None

    async def send(self, phone: str, subject: str, text: str) -> None:
        """Sends the answer, or its address where it is too long for an SMS."""
        address = _ADDRESS.search(text)
        short = f"Một Cửa: {subject}. Xem đầy đủ: {address.group()}" if address else f"{text[: _LONGEST_SMS - 1]}…"
        body = {"to": phone, "text": text if len(text) <= _LONGEST_SMS else short}
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            (await self._http.post(self._url, json=body, headers=headers, timeout=_SECONDS)).raise_for_status()
        except httpx.HTTPError as error:
            raise NotSent(type(error).__name__) from error


def posts(http: httpx.AsyncClient, settings: Settings, database: Database) -> Sequence[Post]:
    """The ways of this installation, the one that costs nothing first."""
    return ChannelPost(database), SmsPost(http, settings)
