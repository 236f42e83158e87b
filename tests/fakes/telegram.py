"""A small Telegram: the Bot API's methods that a chat bot uses, with the answers the real one gives."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.datastructures import UploadFile

from tests.fakes.server import FakeServer
from tests.pictures import size_of

TOKEN = "123456789:AAHfake-token-of-a-bot-that-does-not-exist"
SECRET = "fake-secret_of-the-webhook"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Một Cửa", "username": "motcua_test_bot"}
MAX_FILE = 20 * 2**20
MAX_PHOTO, MAX_DOCUMENT = 10 * 2**20, 50 * 2**20

type Json = dict[str, Any]


@dataclass(frozen=True)
class Uploaded:
    """A file that came with a call."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


class FakeTelegram(FakeServer):
    """Holds updates for whoever asks, records every call, and fails when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, Json]] = []
        self.delivered: list[tuple[float, int, int]] = []
        """Messages that citizens got: when (Unix time), in which chat, under which message id."""
        self.answer_seconds = 0.0
        """From the delivery of a message to the answer that says so."""
        self.updates: list[Json] = []
        self.files: dict[str, bytes] = {}
        self._cut: dict[str, int] = {}
        self.blocked_by: set[int] = set()
        self.webhook: Json | None = None
        self.menu: list[Json] = []
        self._failures: defaultdict[str, deque[Response | float]] = defaultdict(deque)
        self._ids = itertools.count(1000)
        self.app.post("/bot{token}/{method}")(self._call)
        self.app.get("/file/bot{token}/{path:path}", response_model=None)(self._file)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process of ours talk to this server."""
        return {"MOTCUA_TELEGRAM_URL": self.url, "MOTCUA_TELEGRAM_TOKEN": TOKEN, "MOTCUA_TELEGRAM_SECRET": SECRET}

    def calls_of(self, method: str) -> list[Json]:
        """The arguments of every call of a method, in order."""
        return [arguments for name, arguments in self.calls if name == method]

    @property
    def sent(self) -> list[Json]:
        """The texts that citizens were sent."""
        return self.calls_of("sendMessage")

    def fail(self, method: str, status: int, description: str = "", **parameters: Any) -> None:
        """Makes the next call of ``method`` fail the way the Bot API does."""
        body: Json = {"ok": False, "error_code": status, "description": description}
        if parameters:
            body["parameters"] = parameters
        self._failures[method.lower()].append(JSONResponse(body, status))

    def break_down(self, method: str, status: int = 502) -> None:
        """Makes the next call meet a gateway that answers HTML."""
        self._failures[method.lower()].append(Response("<html>Bad Gateway</html>", status, media_type="text/html"))

    def delay(self, method: str, seconds: float) -> None:
        """Makes the next call slow."""
        self._failures[method.lower()].append(seconds)

    def cut_off(self, file_id: str, after: int) -> None:
        """Makes the connection break in the middle of a file."""
        self._cut[file_id] = after

    async def _call(self, token: str, method: str, request: Request) -> Response:
        arguments = await _arguments(request)
        if token != TOKEN:
            return _error(401, "Unauthorized")
        name = next((known for known in _METHODS if known.lower() == method.lower()), None)
        if name is None:
            return _error(404, "Not Found")
        self.calls.append((name, arguments))
        failures = self._failures[name.lower()]
        if failures:
            failure = failures.popleft()
            if isinstance(failure, Response):
                return failure
            await asyncio.sleep(failure)
        return await getattr(self, _METHODS[name])(arguments)

    async def _get_me(self, _: Json) -> Response:
        return _ok(BOT)

    async def _send_message(self, arguments: Json) -> Response:
        chat_id = int(arguments["chat_id"])
        if chat_id in self.blocked_by:
            return _error(403, "Forbidden: bot was blocked by the user")
        if not arguments["text"].strip():
            return _error(400, "Bad Request: message text is empty")
        if len(arguments["text"].encode("utf-16-le")) // 2 > 4096:
            return _error(400, "Bad Request: message is too long")
        for row in arguments.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if not 1 <= len(button["callback_data"].encode()) <= 64:
                    return _error(400, "Bad Request: BUTTON_DATA_INVALID")
        return await self._deliver(chat_id, {"text": arguments["text"]})

    async def _send_photo(self, arguments: Json) -> Response:
        photo: Uploaded = arguments["photo"]
        if len(photo.content) > MAX_PHOTO:
            return _error(400, "Bad Request: file is too big")
        try:
            width, height = size_of(photo.content)
        except OSError:
            return _error(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            return _error(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        shown = {"file_id": "AgACfake", "file_unique_id": "AQADfake", "width": width, "height": height}
        return await self._send_file(arguments, {"photo": [shown]})

    async def _send_document(self, arguments: Json) -> Response:
        document: Uploaded = arguments["document"]
        if len(document.content) > MAX_DOCUMENT:
            return _error(413, "Request Entity Too Large")
        if not document.content:
            return _error(400, "Bad Request: file must be non-empty")
        shown = {"file_id": "BQACfake", "file_unique_id": "AgADfake", "file_name": document.name}
        return await self._send_file(arguments, {"document": shown})

    async def _send_file(self, arguments: Json, shown: Json) -> Response:
        chat_id, caption = int(arguments["chat_id"]), arguments.get("caption", "")
        if chat_id in self.blocked_by:
            return _error(403, "Forbidden: bot was blocked by the user")
        if len(caption.encode("utf-16-le")) // 2 > 1024:
            return _error(400, "Bad Request: message caption is too long")
        return await self._deliver(chat_id, shown | ({"caption": caption} if caption else {}))

    async def _deliver(self, chat_id: int, content: Json) -> Response:
        chat = {"id": chat_id, "type": "private", "first_name": "An"}
        message: Json = {"message_id": next(self._ids), "from": BOT, "chat": chat, "date": int(time.time())}
        self.delivered.append((time.time(), chat_id, message["message_id"]))
        await asyncio.sleep(self.answer_seconds)
        return _ok(message | content)

    async def _get_updates(self, arguments: Json) -> Response:
        if self.webhook is not None:
            text = (
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook"
            )
            return _error(409, f"{text} first")
        offset = int(arguments.get("offset", 0))
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        until = time.monotonic() + min(int(arguments.get("timeout", 0)), 1)
        while not self.updates and time.monotonic() < until:  # noqa: ASYNC110 - the test appends in another thread
            await asyncio.sleep(0.02)
        return _ok(self.updates[: int(arguments.get("limit", 100))])

    async def _get_file(self, arguments: Json) -> Response:
        content = self.files.get(arguments["file_id"])
        if content is None:
            return _error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > MAX_FILE:
            return _error(400, "Bad Request: file is too big")
        path = f"documents/{arguments['file_id']}"
        described = {"file_id": arguments["file_id"], "file_unique_id": "AgADfake", "file_size": len(content)}
        return _ok(described | {"file_path": path})

    async def _answer_callback_query(self, _: Json) -> Response:
        return _ok(True)

    async def _set_webhook(self, arguments: Json) -> Response:
        if not arguments["url"].startswith("https://"):
            return _error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = arguments
        return _ok(True)

    async def _delete_webhook(self, _: Json) -> Response:
        self.webhook = None
        return _ok(True)

    async def _set_my_commands(self, arguments: Json) -> Response:
        self.menu = arguments["commands"]
        return _ok(True)

    async def _file(self, token: str, path: str) -> Response:
        if self._failures["file"]:
            failure = self._failures["file"].popleft()
            assert isinstance(failure, Response)
            return failure
        content = self.files.get(path.removeprefix("documents/"))
        if token != TOKEN or content is None:
            return _error(404, "Not Found")
        headers = {"Content-Length": str(len(content))}
        return StreamingResponse(iter([content[: self._cut.get(path.removeprefix("documents/"))]]), headers=headers)


_METHODS = {
    "getMe": "_get_me",
    "sendMessage": "_send_message",
    "sendPhoto": "_send_photo",
    "sendDocument": "_send_document",
    "getUpdates": "_get_updates",
    "getFile": "_get_file",
    "answerCallbackQuery": "_answer_callback_query",
    "setWebhook": "_set_webhook",
    "deleteWebhook": "_delete_webhook",
    "setMyCommands": "_set_my_commands",
}


class Citizen:
    """Somebody in a private chat with the bot; each method is an update as Telegram would send it."""

    _updates = itertools.count(871_000_001)

    def __init__(self, chat_id: int = 5_000_000_001) -> None:
        self.chat_id = chat_id
        self._messages = itertools.count(1)
        self._user = {"id": chat_id, "is_bot": False, "first_name": "An", "language_code": "vi"}
        self._chat = {"id": chat_id, "first_name": "An", "type": "private"}

    def says(self, text: str) -> Json:
        """A text; a leading command is marked as one."""
        content: Json = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"offset": 0, "length": len(text.split()[0]), "type": "bot_command"}]
        return self.message(content)

    def message(self, content: Json, *, kind: str = "message", chat: Json | None = None) -> Json:
        """A message with any content."""
        message = {"message_id": next(self._messages), "from": self._user, "chat": chat or self._chat}
        return {"update_id": next(self._updates), kind: message | {"date": int(time.time())} | content}

    def photo(self, file_id: str, caption: str | None = None) -> Json:
        """A photo in the three sizes that Telegram makes of it; ``file_id`` names the largest."""
        sizes = [("s", 90, 67, 1201), ("m", 320, 240, 15_340), ("", 1280, 960, 182_011)]
        photo = [
            {"file_id": f"{file_id}{s}", "file_unique_id": f"Aq{s}", "width": w, "height": h, "file_size": size}
            for s, w, h, size in sizes
        ]
        return self.message({"photo": photo} | ({"caption": caption} if caption else {}))

    def presses(self, data: str) -> Json:
        """A press of a button under one of the bot's messages."""
        under = {"message_id": 900, "from": BOT, "chat": self._chat, "date": int(time.time()), "text": "…"}
        query_id = str(4_382_000_000_000_000_000 + next(self._messages))
        query = {"id": query_id, "from": self._user, "message": under, "chat_instance": "-123", "data": data}
        return {"update_id": next(self._updates), "callback_query": query}


def signed(update: Json | bytes, *, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the webhook call that brings an update."""
    body = update if isinstance(update, bytes) else json.dumps(update, ensure_ascii=False).encode()
    return body, {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}


async def _arguments(request: Request) -> Json:
    """Arguments as the Bot API takes them: form fields, of which anything but text is JSON, and files."""
    arguments: Json = {}
    async with request.form() as form:
        for name, value in form.items():
            if isinstance(value, UploadFile):
                arguments[name] = Uploaded(value.filename or "", value.content_type or "", await value.read())
            else:
                text = name in {"text", "caption"}
                arguments[name] = json.loads(value) if value[:1] in {"{", "["} and not text else value
    return arguments


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _error(status: int, description: str) -> Response:
    return JSONResponse({"ok": False, "error_code": status, "description": description}, status)
