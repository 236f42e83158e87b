"""A server that speaks the protocol of our Rasa channel and fails as it is told, as real Rasa does only when broken."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response

from tests.stack import free_port


@dataclass
class ScriptedRasa:
    """Echoes what it is sent unless ``failure`` says otherwise: ``error``, ``empty``, ``garbage`` or ``slow``."""

    url: str
    received: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    failure: str | None = None
    intent: str = "echo"
    at_once: int = 0
    most_at_once: int = 0

    @classmethod
    @contextmanager
    def running(cls) -> Generator[ScriptedRasa]:
        """The server in a thread until the block ends."""
        port = free_port()
        rasa = cls(f"http://127.0.0.1:{port}")
        config = uvicorn.Config(rasa._app(), host="127.0.0.1", port=port, log_level="critical")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            pass
        yield rasa
        server.should_exit = True
        thread.join()

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/webhooks/motcua/webhook")
        async def webhook(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
            message = await request.json()
            self.received.append(message)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await asyncio.sleep(2 if self.failure == "slow" else 0.005)
            self.at_once -= 1
            return self._answer(message)

        return app

    def _answer(self, message: dict[str, Any]) -> Response:
        if self.failure == "error":
            return Response('{"error": "actions"}', 503)
        if self.failure == "garbage":
            return Response("<html>", 200)
        texts = [] if self.failure == "empty" else [f"re: {message['text']}"]
        turn = {
            "messages": [{"text": text, "buttons": [{"title": "Có", "payload": "/affirm"}]} for text in texts],
            "understanding": {"intent": self.intent, "confidence": 1.0, "procedures": ["1.001193"]},
        }
        from fastapi.responses import JSONResponse

        return JSONResponse(turn)
