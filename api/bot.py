"""The way to Rasa: our own input channel, one message at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from api.settings import Settings
from records.models import Json


class BotUnavailable(Exception):
    """Rasa or its action server is slow, dead or had nothing to say; the message has to be handed over again."""


class Button(BaseModel):
    """A choice that the citizen can press."""

    title: str
    payload: str


class Reply(BaseModel):
    """One message of the bot."""

    text: str
    buttons: list[Button] = []
    procedure: Json | None = None


class Understanding(BaseModel):
    """What the bot took the message for."""

    intent: str | None = None
    confidence: float = 0.0
    procedures: list[str] = []
    expects: str | None = None
    """The slot that a form asks for next: what kind of answer a caller's line should wait for."""


class Turn(BaseModel):
    """The bot's answer to one message; it is never empty."""

    messages: list[Reply]
    understanding: Understanding = Understanding()


ExampleSet = list[tuple[str, str]]
"""Texts with their intents."""
_TRAINING_SECONDS = 1200.0


class Trial(BaseModel):
    """How texts are understood before and after a change of examples; None stands for not sure."""

    texts: list[tuple[str | None, str | None]]
    held_out: list[tuple[str, str, str | None, str | None]]
    """Text, its intent, and what it is understood as before and after, of examples that were left out of training."""


@dataclass(frozen=True)
class Said:
    """What is handed to the bot: the text or the payload of a button, and the files sent along."""

    conversation_id: UUID
    message_id: int
    text: str
    channel: str
    attachments: list[Json]
    given_back: bool = False
    """Whether staff gave the conversation back since the bot answered last."""


class Bot:
    """Client of Rasa's input channel; a message id that Rasa knows already is answered again, not processed again."""

    def __init__(self, settings: Settings) -> None:
        self._client = httpx.AsyncClient(
            base_url=settings.bot_url,
            headers={"Authorization": f"Bearer {settings.bot_token.get_secret_value()}"},
            timeout=httpx.Timeout(settings.bot_timeout_seconds, connect=2.0),
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def send(self, said: Said) -> Turn:
        """Hands a message over and returns the replies. Raises ``BotUnavailable``."""
        message: dict[str, Any] = {
            "sender": str(said.conversation_id),
            "message_id": str(said.message_id),
            "text": said.text,
            "channel": said.channel,
            "metadata": {"attachments": said.attachments, "given_back": said.given_back},
        }
        try:
            response = await self._client.post("/webhooks/motcua/webhook", json=message)
            response.raise_for_status()
            turn = Turn.model_validate_json(response.content)
        except httpx.HTTPStatusError as error:
            raise BotUnavailable(f"status {error.response.status_code}") from error
        except (httpx.HTTPError, ValidationError) as error:
            raise BotUnavailable(type(error).__name__) from error
        if not turn.messages:
            raise BotUnavailable("empty reply")
        return turn

    async def try_examples(self, examples: ExampleSet, live: ExampleSet, texts: list[str]) -> Trial:
        """What ``examples`` change against those in use; takes minutes. Raises ``BotUnavailable``."""
        wanted = {"examples": examples, "live": live, "texts": texts}
        return Trial.model_validate_json(await self._train("POST", "/webhooks/motcua/examples/trial", wanted))

    async def use_examples(self, examples: ExampleSet) -> None:
        """Puts a set in use; takes a minute where it was not trained yet. Raises ``BotUnavailable``."""
        await self._train("PUT", "/webhooks/motcua/examples", {"examples": examples})

    async def _train(self, method: str, path: str, wanted: dict[str, Any]) -> bytes:
        timeout = httpx.Timeout(_TRAINING_SECONDS, connect=2.0)
        try:
            response = await self._client.request(method, path, json=wanted, timeout=timeout)
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise BotUnavailable(f"status {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise BotUnavailable(type(error).__name__) from error
        return response.content

    async def status(self) -> str:
        """``ok``, or what is wrong, for ``/health``."""
        try:
            response = await self._client.get("/webhooks/motcua/", timeout=2.0)
            response.raise_for_status()
            body: Json = response.json()
        except (httpx.HTTPError, ValueError) as error:
            return f"down ({type(error).__name__})"
        store = body.get("tracker_store")
        return "ok" if store == "sql" else f"degraded (conversations in {store})"
