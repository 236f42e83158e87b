"""The way to the assistant: the same door as the web chat, with the token of the hotline."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from voice.dialogue import phrases
from voice.settings import Settings

_SECONDS = 25.0
_BEGIN_SECONDS = 5.0


class AssistantUnavailable(Exception):
    """The api process does not answer."""


@dataclass(frozen=True)
class Offer:
    """A button of the reply."""

    title: str
    payload: str


@dataclass(frozen=True)
class Answer:
    """The reply to one message; ``expects`` is the slot that a form asks for."""

    text: str
    offers: tuple[Offer, ...] = ()
    intent: str | None = None
    expects: str | None = None
    procedure: str | None = None


class Assistant(Protocol):
    """One conversation with the assistant."""

    async def say(self, text: str) -> Answer:
        """Hands over what was said. Raises ``AssistantUnavailable``."""
        ...

    async def press(self, payload: str) -> Answer:
        """Takes an offer. Raises ``AssistantUnavailable``."""
        ...


class ApiAssistant:
    """The conversation of one call over HTTP. It is begun by ``begin``, or with the first thing that is said."""

    def __init__(
        self, client: httpx.AsyncClient, settings: Settings, begun: Callable[[uuid.UUID], Awaitable[None]]
    ) -> None:
        """``begun`` is told the id of the conversation."""
        self._client = client
        self._url = f"{settings.voice_api_url}/api/v1/conversations"
        self._internal_token = settings.internal_token.get_secret_value()
        self._begun = begun
        self._beginning = asyncio.Lock()
        self._conversation: tuple[uuid.UUID, str] | None = None

    async def begin(self) -> tuple[uuid.UUID, str]:
        """Id and token of the conversation, which begins with the first call. Raises ``AssistantUnavailable``."""
        async with self._beginning:
            if self._conversation is None:
                started = await self._post(self._url, {"channel": "voice"}, self._internal_token, _BEGIN_SECONDS)
                conversation = uuid.UUID(started["id"]), started["token"]
                await self._begun(conversation[0])
                self._conversation = conversation
            return self._conversation

    async def say(self, text: str) -> Answer:
        """Hands over what was said."""
        return await self._send({"text": text})

    async def press(self, payload: str) -> Answer:
        """Takes an offer."""
        return await self._send({"payload": payload})

    async def _send(self, message: dict[str, str]) -> Answer:
        conversation, token = await self.begin()
        url = f"{self._url}/{conversation}/messages"
        return read_answer(await self._post(url, {**message, "client_id": uuid.uuid4().hex}, token, _SECONDS))

    async def _post(self, url: str, body: dict[str, str], token: str, seconds: float) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            response = await self._client.post(url, json=body, headers=headers, timeout=seconds)
            return response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise AssistantUnavailable(type(error).__name__) from error


def read_answer(body: dict[str, Any]) -> Answer:
    """The answer of the API's JSON; a form's question, its last message, is asked as one asks by telephone."""
    messages: list[dict[str, Any]] = body["messages"]
    understanding: dict[str, Any] = body["understanding"]
    buttons: list[dict[str, str]] = messages[-1]["buttons"] if messages else []
    procedure = next((each["procedure"]["name"] for each in reversed(messages) if each.get("procedure")), None)
    texts = [each["text"] for each in messages]
    if question := phrases.PROMPTS.get(understanding.get("expects") or ""):
        texts[-1:] = [question]
    return Answer(
        text="\n".join(texts),
        offers=tuple(Offer(each["title"], each["payload"]) for each in buttons),
        intent=understanding.get("intent"),
        expects=understanding.get("expects"),
        procedure=procedure,
    )
