"""Zalo: customer-service messages of an Official Account (OpenAPI v3, "Tin tư vấn"), over httpx."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import structlog

from api.channels.channel import (
    ASK_OPERATOR,
    PICTURES,
    ChannelDown,
    ChannelRefused,
    Outgoing,
    OutgoingButton,
    OutgoingFile,
    Part,
)
from api.channels.download import download
from api.channels.objects import json_object
from api.channels.parts import cut
from api.channels.texts import split
from api.channels.zalo_tokens import ZaloTokens
from api.settings import Settings
from records.database import Database
from records.models import Json

READ_SECONDS = 15.0
"""How long Zalo may take to answer."""
MAX_TEXT = 2000
MAX_TITLE = 100
MAX_CAPTION = 1000
"""Zalo takes as much as in any text; with the link instead of a picture that it refused, the text still fits."""
MAX_IMAGE, MAX_FILE = 2**20, 5 * 2**20
_FILES = {
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
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
    *(-204, -205, -211, -221, -235),  # the account: gone, or out of quota
}


class ZaloChannel:
    """The Official Account behind ``settings.zalo_app_id``; its tokens come from the database."""

    name = "zalo"

    def __init__(self, settings: Settings, database: Database) -> None:
        self._url = settings.zalo_url
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

    def parts(self, message: Outgoing) -> list[Part]:
        """The message as Zalo takes it: a picture with its text, a file after it."""
        return cut(message, MAX_TEXT, _longest_caption)

    async def send(self, channel_user: str, part: Part) -> str | None:
        """Sends one message and returns its id.

        Where the account's package has no buttons, their titles are sent as text: in two messages if need be, both of
        which are sent again when the second fails.
        """
        message: Json = {"text": part.text} if part.text else {}
        if part.file is not None:
            message["attachment"] = await self._upload(part.file)
        elif part.buttons:
            message["attachment"] = _template(part.buttons)
        try:
            return await self._deliver(channel_user, message)
        except _NotInPackage:
            if not part.buttons:
                raise
        titles = "\n".join(f"• {button.title}" for button in part.buttons)
        sent_as = None
        for piece in split(f"{part.text}\n\n{CHOICES}\n{titles}", MAX_TEXT):
            sent_as = await self._deliver(channel_user, {"text": piece})
        return sent_as

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

    async def _upload(self, file: OutgoingFile) -> Json:
        """Hands a file to Zalo, which keeps it for seven days; returns the attachment that stands for it."""
        content = {"file": (file.name, file.content, file.content_type)}
        if file.content_type in PICTURES:
            kept = await self._ask("/v2.0/oa/upload/image", files=content)
            image = {"media_type": "image", "attachment_id": kept.get("attachment_id")}
            return {"type": "template", "payload": {"template_type": "media", "elements": [image]}}
        kept = await self._ask("/v2.0/oa/upload/file", files=content)
        return {"type": "file", "payload": {"token": kept.get("token")}}

    async def _deliver(self, channel_user: str, message: Json) -> str | None:
        body = {"recipient": {"user_id": channel_user}, "message": message}
        return (await self._ask("/v3.0/oa/message/cs", json=body)).get("message_id")

    async def _ask(self, path: str, **content: Any) -> Json:
        """What Zalo makes of ``content``, asked with a renewed token if the first one is turned down."""
        token = await self._tokens.access()
        answer = await self._post(token, path, **content)
        if answer.get("error") in _TOKEN:
            answer = await self._post(await self._tokens.access(refused=token), path, **content)
        if answer.get("error") == 0:
            return answer.get("data") or {}
        raise _error(answer.get("error"), str(answer.get("message", ""))[:200])

    async def _post(self, token: str, path: str, **content: Any) -> Json:
        try:
            response = await self._client.post(self._url + path, headers={"access_token": token}, **content)
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


class _NotInPackage(ChannelRefused):
    """The account's package does not allow this kind of message."""


def _longest_caption(file: OutgoingFile) -> int | None:
    if file.content_type in PICTURES and len(file.content) <= MAX_IMAGE:
        return MAX_CAPTION
    return 0 if file.content_type in _FILES and len(file.content) <= MAX_FILE else None


def _template(buttons: Sequence[OutgoingButton]) -> Json:
    """Buttons under a text: a press sends ``payload`` as the citizen's message, without showing it."""
    shown = [{"title": b.title[:MAX_TITLE], "type": "oa.query.hide", "payload": b.reference} for b in buttons]
    return {"type": "template", "payload": {"buttons": shown}}


def _error(code: object, text: str) -> ChannelDown | ChannelRefused:
    reason = f"Zalo {code}: {text}"
    if code == _NOT_IN_PACKAGE:
        return _NotInPackage(reason)
    if code in _NEVER:
        return ChannelRefused(reason)
    if code in _TOO_FAST:
        return ChannelDown(reason, dt.timedelta(minutes=1))
    return ChannelDown(reason, ASK_OPERATOR if code in _OPERATOR | _TOKEN else None)


def _lies_with(url: httpx.URL, host: str) -> bool:
    if host.startswith("http://"):
        return url.scheme == "http" and url.host == host.removeprefix("http://")
    return url.scheme == "https" and (url.host == host or url.host.endswith(f".{host}"))
