"""The way to the assistant: the same door as the web chat, with the token of the hotline."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from voice.dialogue import phrases
from voice.settings import Settings

_SECONDS = 25.0


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


@dataclass
class ApiAssistant:
    """The conversation of one call over HTTP."""

    client: httpx.AsyncClient
    base: str
    conversation_id: uuid.UUID
    token: str = field(repr=False)

    @classmethod
    async def start(cls, client: httpx.AsyncClient, settings: Settings) -> ApiAssistant:
        """A new conversation. Raises ``AssistantUnavailable``."""
        internal = settings.internal_token.get_secret_value()
        url = f"{settings.voice_api_url}/api/v1/conversations"
        try:
            response = await client.post(
                url, json={"channel": "voice"}, headers={"Authorization": f"Bearer {internal}"}, timeout=_SECONDS
            )
            started: dict[str, Any] = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise AssistantUnavailable(type(error).__name__) from error
        return cls(client, url, uuid.UUID(started["id"]), started["token"])

    async def say(self, text: str) -> Answer:
        """Hands over what was said."""
        return await self._send({"text": text})

    async def press(self, payload: str) -> Answer:
        """Takes an offer."""
        return await self._send({"payload": payload})

    async def _send(self, message: dict[str, str]) -> Answer:
        url = f"{self.base}/{self.conversation_id}/messages"
        try:
            response = await self.client.post(
                url,
                json={**message, "client_id": uuid.uuid4().hex},
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=_SECONDS,
            )
            body: dict[str, Any] = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise AssistantUnavailable(type(error).__name__) from error
        return read_answer(body)


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
