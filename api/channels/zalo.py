"""Zalo: customer-service messages of an Official Account (OpenAPI v3, "Tin tư vấn"), over httpx."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Self

import httpx
import structlog

from api.channels.channel import ASK_OPERATOR, ChannelDown, ChannelRefused, Outgoing, OutgoingButton
from api.channels.download import download
from api.channels.objects import json_object
from api.channels.texts import split
from api.channels.zalo_tokens import ZaloTokens
from api.settings import Settings
from records.database import Database
from records.models import Json

READ_SECONDS = 15.0
"""How long Zalo may take to answer."""
MAX_TEXT = 2000
MAX_TITLE = 100
CHOICES = "Anh/chị nhắn giúp em một trong các lựa chọn sau:"
"""Stands before the buttons' titles where the account may not send buttons."""

# Error codes of the Official Account API (Zalo for Developers, "Mã lỗi"); what is not listed is tried again.
_TOKEN = {-216, -220}
_TOO_FAST = {-32}
_NOT_IN_PACKAGE = -224
_OPERATOR = {-209, -212, -219, -223, -320, -321}
"""The app is switched off, not allowed to, or not paid for: a person can mend it."""
_NEVER = {
    *(-201, -210, -233, -240, -248),  # the message itself
    *(-213, -217, -218, -227, -230, -232, -244),  # the citizen: blocked, away, or silent for more than seven days
    *(-204, -205, -211, -221, _NOT_IN_PACKAGE, -235),  # the account: gone, out of quota, in too small a package
}


class ZaloChannel:
    """The Official Account behind ``settings.zalo_app_id``; its tokens come from the database."""

    name = "zalo"

    def __init__(self, settings: Settings, database: Database) -> None:
        self._url = f"{settings.zalo_url}/v3.0/oa/message/cs"
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(READ_SECONDS, connect=5))
        self._tokens = ZaloTokens(settings, database, self._client)
        self._hosts = settings.zalo_file_hosts
        self._files = httpx.AsyncClient(
            timeout=httpx.Timeout(30, connect=5), follow_redirects=True, event_hooks={"request": [self._only_zalo]}
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()
        await self._files.aclose()

    async def send(self, channel_user: str, message: Outgoing) -> str | None:
        """Sends the text in as many messages as it takes, with the buttons under the last one; returns its id.

        Where the account's package has no buttons, their titles are sent as text. When it fails half-way, the whole
        text is sent again with the next attempt.
        """
        *first, last = split(message.text, MAX_TEXT)
        for piece in first:
            await self._deliver(channel_user, {"text": piece})
        if not message.buttons:
            return await self._deliver(channel_user, {"text": last})
        try:
            return await self._deliver(channel_user, {"text": last, "attachment": _template(message.buttons)})
        except _NoButtons:
            titles = "\n".join(f"• {button.title}" for button in message.buttons)
            return await self.send(channel_user, Outgoing(f"{last}\n\n{CHOICES}\n{titles}"))

    @asynccontextmanager
    async def fetch(self, remote: Json) -> AsyncGenerator[AsyncGenerator[bytes]]:
        """The content at ``remote["url"]``, if it and every redirect lie with Zalo."""
        try:
            url = httpx.URL(remote["url"])
        except (httpx.InvalidURL, TypeError) as error:
            raise ChannelRefused("not an address") from error
        async with download(self._files, str(url)) as blocks:
            yield blocks

    async def _only_zalo(self, request: httpx.Request) -> None:
        if not any(_lies_with(request.url, host) for host in self._hosts):
            structlog.get_logger().warning("file of an unknown host refused", channel=self.name, host=request.url.host)
            raise ChannelRefused("the file does not lie with Zalo")

    async def _deliver(self, channel_user: str, message: Json) -> str | None:
        """Posts one message, with a renewed token if the first one is turned down."""
        token = await self._tokens.access()
        answer = await self._post(token, channel_user, message)
        if answer.get("error") in _TOKEN:
            answer = await self._post(await self._tokens.access(refused=token), channel_user, message)
        if answer.get("error") == 0:
            sent: Json = answer.get("data") or {}
            return sent.get("message_id")
        raise _error(answer.get("error"), str(answer.get("message", ""))[:200], "attachment" in message)

    async def _post(self, token: str, channel_user: str, message: Json) -> Json:
        body = {"recipient": {"user_id": channel_user}, "message": message}
        try:
            response = await self._client.post(self._url, json=body, headers={"access_token": token})
        except httpx.RequestError as error:
            raise ChannelDown(type(error).__name__) from error
        if response.status_code == 429 or response.is_server_error:
            wait = response.headers.get("retry-after", "")
            after = dt.timedelta(seconds=int(wait)) if wait.isdecimal() else None
            raise ChannelDown(f"Zalo answered {response.status_code}", after)
        answer = json_object(response.content)
        if answer is None:
            raise ChannelDown(f"Zalo answered {response.status_code} without JSON")
        return answer


class _NoButtons(ChannelRefused):
    """The account's package does not allow buttons."""


def _template(buttons: Sequence[OutgoingButton]) -> Json:
    """Buttons under a text: a press sends ``payload`` as the citizen's message, without showing it."""
    shown = [{"title": b.title[:MAX_TITLE], "type": "oa.query.hide", "payload": b.reference} for b in buttons]
    return {"type": "template", "payload": {"buttons": shown}}


def _error(code: object, text: str, with_buttons: bool) -> ChannelDown | ChannelRefused:
    reason = f"Zalo {code}: {text}"
    if code == _NOT_IN_PACKAGE and with_buttons:
        return _NoButtons(reason)
    if code in _NEVER:
        return ChannelRefused(reason)
    if code in _TOO_FAST:
        return ChannelDown(reason, dt.timedelta(minutes=1))
    return ChannelDown(reason, ASK_OPERATOR if code in _OPERATOR | _TOKEN else None)


def _lies_with(url: httpx.URL, host: str) -> bool:
    if host.startswith("http://"):
        return url.scheme == "http" and url.host == host.removeprefix("http://")
    return url.scheme == "https" and (url.host == host or url.host.endswith(f".{host}"))
