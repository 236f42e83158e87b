"""Rasa's input channel for the rest of Một Cửa: one message in, its whole reply out, over HTTP with a Bearer token."""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import DEFAULT_INTENTS
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as reply

from bot import shortcuts
from bot.examples import TRAINING_SECONDS, TrialFailed, put_live, read_examples, try_out
from bot.turn import NamedOutput, TurnFailed, primary_store, take_turn
from nlu.text import collector
from nlu.text.logs import mask_logs

CHANNELS = ("web", "telegram", "zalo", "voice")
_PAYLOAD = re.compile(r"/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?", re.DOTALL)
_log = logging.getLogger(__name__)


class MotCuaChannel(InputChannel):
    """``POST /webhooks/motcua/webhook``, ``GET /webhooks/motcua/`` for health, and the examples that editors add.

    See ``docs/conversation.md``.
    """

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        """Name in the URL and in the tracker."""
        return "motcua"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> MotCuaChannel:
        """Reads ``token``; without one the server does not start, because Rasa leaves ``/webhooks/*`` open."""
        token = str((credentials or {}).get("token") or "").strip()
        if not token:
            raise ValueError("MOTCUA_BOT_TOKEN must be set: without it anybody could speak for every citizen")
        mask_logs()
        shortcuts.take()
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:  # noqa: ARG002
        """The routes. The turn is taken here rather than by ``on_new_message``, whose outcome cannot be seen."""
        routes = Blueprint("motcua_webhook")

        @routes.listener("before_server_start")
        async def allow_training(app: Sanic, _: Any) -> None:
            app.config.RESPONSE_TIMEOUT = TRAINING_SECONDS

        @routes.listener("after_server_start")
        async def leave_model_alone(_app: Sanic, _: Any) -> None:
            collector.settle()

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            agent: Agent | None = getattr(request.app.ctx, "agent", None)
            if agent is None or agent.processor is None:
                return reply({"status": "starting"}, status=503)
            return reply({"status": "ok", "tracker_store": _kind_of_store(agent)})

        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            if not self._authorised(request):
                return reply({"error": "unauthorised"}, status=401)
            try:
                body = request.json
                message = read_message(body, known_intents(request.app.ctx.agent))
            except Exception as error:
                return reply({"error": f"unreadable request: {type(error).__name__}"}, status=400)
            try:
                turn = await take_turn(request.app.ctx.agent, message)
            except Exception as error:
                reason = str(error) if isinstance(error, TurnFailed) else type(error).__name__
                _log.error("turn failed in conversation %s: %s", message.sender_id, reason)
                return reply({"error": reason}, status=503)
            return reply({"messages": turn.messages, "understanding": turn.understanding})

        @routes.put("/examples")
        async def use_examples(request: Request) -> HTTPResponse:
            return await self._with_examples(request, put_live)

        @routes.post("/examples/trial")
        async def try_examples(request: Request) -> HTTPResponse:
            return await self._with_examples(request, try_out)

        return routes

    async def _with_examples(
        self, request: Request, work: Callable[[Agent, dict[str, Any]], Awaitable[dict[str, Any]]]
    ) -> HTTPResponse:
        if not self._authorised(request):
            return reply({"error": "unauthorised"}, status=401)
        try:
            wanted = read_examples(request.json)
        except Exception as error:
            return reply({"error": f"unreadable request: {type(error).__name__}"}, status=400)
        try:
            return reply(await work(request.app.ctx.agent, wanted))
        except TrialFailed as error:
            _log.error("training with reviewed examples failed: %s", error)
            return reply({"error": "training failed"}, status=503)

    def _authorised(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token)


def known_intents(agent: Agent) -> frozenset[str]:
    """Intents that a button may name: those of the domain, without the ones by which Rasa steers itself."""
    return frozenset(agent.domain.intents) - frozenset(DEFAULT_INTENTS) if agent.domain else frozenset()


def read_message(body: Any, intents: frozenset[str]) -> UserMessage:
    """The message of a request body.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` for a body that is not of the agreed shape. Text that starts
    like a button's payload without being one of ours (``/restart``) loses its slashes and is understood as text.
    """
    sender, message_id, text = body["sender"], body["message_id"], body["text"]
    channel = body.get("channel", "web")
    if not all(isinstance(value, str) for value in (sender, message_id, text)) or not sender or not message_id:
        raise TypeError("sender, message_id and text are strings")
    if channel not in CHANNELS:
        raise ValueError("unknown channel")
    text = text.strip()
    if text.startswith("/") and not _is_payload(text, intents):
        text = text.lstrip("/ ")
    told = body.get("metadata") or {}
    metadata = {
        "channel": channel,
        "attachments": list(told.get("attachments") or ()),
        "given_back": bool(told.get("given_back")),
    }
    return UserMessage(
        text,
        NamedOutput(channel),
        sender,
        input_channel=MotCuaChannel.name(),
        message_id=message_id,
        metadata=metadata,
    )


def _is_payload(text: str, intents: frozenset[str]) -> bool:
    payload = _PAYLOAD.fullmatch(text)
    if payload is None or payload["intent"] not in intents:
        return False
    try:
        entities = json.loads(payload["entities"] or "{}")
    except ValueError:
        return False
    return all(isinstance(value, str) for value in entities.values())


def _kind_of_store(agent: Agent) -> str:
    fell_back = getattr(agent.tracker_store, "_fallback_tracker_store", None) is not None
    return "sql" if isinstance(primary_store(agent), SQLTrackerStore) and not fell_back else "memory"
