"""A small Zalo: the Official Account's message, upload and token endpoints, its files, and the events it sends."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import time
from collections import deque
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import UploadFile

from tests.fakes.server import FakeServer

APP_ID = "3600000000000000001"
APP_SECRET = "fake-app-secret"
OA_SECRET = "fake-oa-secret-key"
OA_ID = "3880000000000000002"
UPLOADS = {"image": ((".jpg", ".jpeg", ".png"), 2**20), "file": ((".pdf", ".doc", ".docx"), 5 * 2**20)}
"""How names end that each kind of upload takes, and how many bytes."""

type Json = dict[str, Any]


class FakeZalo(FakeServer):
    """Knows which tokens are good, records what is sent, and fails when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Json] = []
        self.refreshed: list[str] = []
        self.access = "access-0"
        self.refresh = "refresh-0"
        self.uploaded: dict[str, tuple[str, bytes]] = {}
        """Name and content of what was uploaded, by what stands for it in a message."""
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.buttons_allowed = True
        self.refresh_seconds = 0.0
        self._used: set[str] = set()
        self._failures: deque[Response | float] = deque()
        self._upload_failures: deque[Response] = deque()
        self._token_failures: deque[Response] = deque()
        self._ids = itertools.count(1)
        self.app.post("/v3.0/oa/message/cs")(self._message)
        self.app.post("/v2.0/oa/upload/{kind}")(self._upload)
        self.app.post("/v4/oa/access_token")(self._token)
        self.app.get("/files/{name}", response_model=None)(self._file)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process of ours talk to this server."""
        return {
            "MOTCUA_ZALO_URL": self.url,
            "MOTCUA_ZALO_OAUTH_URL": self.url,
            "MOTCUA_ZALO_APP_ID": APP_ID,
            "MOTCUA_ZALO_APP_SECRET": APP_SECRET,
            "MOTCUA_ZALO_OA_SECRET": OA_SECRET,
            "MOTCUA_ZALO_FILE_HOSTS": "http://127.0.0.1",
        }

    def fail(self, code: int, message: str) -> None:
        """Makes the next message fail the way Zalo does: with HTTP 200."""
        self._failures.append(_error(code, message))

    def break_down(self, status: int, **headers: str) -> None:
        """Makes the next message meet a gateway that answers HTML."""
        self._failures.append(Response("<html></html>", status, headers, "text/html"))

    def delay(self, seconds: float) -> None:
        """Makes the next message slow."""
        self._failures.append(seconds)

    def fail_upload(self, failure: Response) -> None:
        """Makes the next upload fail."""
        self._upload_failures.append(failure)

    def fail_refresh(self, status: int, body: Json) -> None:
        """Makes the next exchange of a refresh token fail."""
        self._token_failures.append(JSONResponse(body, status))

    async def _message(self, request: Request) -> Response:
        if self._failures:
            failure = self._failures.popleft()
            if isinstance(failure, Response):
                return failure
            await asyncio.sleep(failure)
        if request.headers.get("access_token") != self.access:
            return _error(-216, "Access token is invalid")
        body: Json = await request.json()
        message = body["message"]
        attachment: Json = message.get("attachment", {})
        media = attachment.get("payload", {}).get("elements") or attachment.get("type") == "file"
        if not (media or message.get("text")) or len(message.get("text", "")) > 2000:
            return _error(-201, "message.text is invalid!")
        if "buttons" in attachment.get("payload", {}) and not self.buttons_allowed:
            return _error(-224, "The OA needs to upgrade OA Tier Package to use this feature")
        if attachment and not self._valid(attachment, message.get("text", "")):
            return _error(-201, "message.attachment is invalid!")
        self.sent.append(body)
        return _success({"message_id": f"out{next(self._ids)}", "user_id": body["recipient"]["user_id"]})

    def _valid(self, attachment: Json, text: str) -> bool:
        payload = attachment["payload"]
        match attachment["type"], payload:
            case "template", {"buttons": buttons}:
                return len(buttons) <= 5 and all(len(button["title"]) <= 100 for button in buttons)
            case "template", {"template_type": "media", "elements": [{"media_type": "image", "attachment_id": key}]}:
                return key in self.uploaded
            case "file", {"token": key}:
                return key in self.uploaded and not text
            case _:
                return False

    async def _upload(self, kind: Literal["image", "file"], request: Request) -> Response:
        """Takes a file as the documentation says, of the type that its name ends with."""
        if request.headers.get("access_token") != self.access:
            return _error(-216, "Access token is invalid")
        if self._upload_failures:
            return self._upload_failures.popleft()
        async with request.form() as form:
            file = form["file"]
            assert isinstance(file, UploadFile)
            name, content = file.filename or "", await file.read()
        endings, most = UPLOADS[kind]
        if not name.lower().endswith(endings):
            return _error(-201, "file is invalid!")
        if len(content) > most:
            return _error(-210, "file size exceeds the limit!")
        key = f"{kind}-{next(self._ids)}"
        self.uploaded[key] = (name, content)
        return _success({"attachment_id" if kind == "image" else "token": key})

    async def _token(self, request: Request) -> Response:
        if self._token_failures:
            return self._token_failures.popleft()
        async with request.form() as form:
            given = str(form["refresh_token"])
            known = form["app_id"] == APP_ID and form["grant_type"] == "refresh_token"
        self.refreshed.append(given)
        if request.headers.get("secret_key") != APP_SECRET or not known:
            return JSONResponse({"error": -14004, "error_name": "Invalid secret key", "error_reason": ""})
        if given in self._used or given != self.refresh:
            return JSONResponse({"error": -14020, "error_name": "Invalid refresh token", "error_reason": ""})
        self._used.add(given)
        await asyncio.sleep(self.refresh_seconds)
        number = len(self._used)
        self.access, self.refresh = f"access-{number}", f"refresh-{number}"
        return JSONResponse({"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"})

    async def _file(self, name: str) -> Response:
        if name in self.redirects:
            return RedirectResponse(self.redirects[name], 302)
        content = self.files.get(name)
        return Response(status_code=404) if content is None else Response(content, media_type="image/jpeg")


class Follower:
    """Somebody on Zalo; each method is an event as Zalo would send it."""

    _ids = itertools.count(1)

    def __init__(self, user_id: str = "2460000000000000003") -> None:
        self.user_id = user_id

    def says(self, text: str) -> Json:
        """A text, or what a pressed button stands for."""
        return self.sends("text", text)

    def sends(self, content: str, text: str | None = None, *payloads: Json) -> Json:
        """A message of any kind, with one attachment per payload."""
        message: Json = {"msg_id": f"{next(self._ids):020x}"}
        if payloads:
            message["attachments"] = [{"payload": payload, "type": content} for payload in payloads]
        if text is not None:
            message["text"] = text
        parties = {"sender": {"id": self.user_id}, "recipient": {"id": OA_ID}}
        return _event(f"user_send_{content}") | parties | {"message": message}

    def follows(self) -> Json:
        """Following the account."""
        return _event("follow") | {"oa_id": OA_ID, "follower": {"id": self.user_id}, "source": "oa_profile"}

    def unfollows(self) -> Json:
        """Leaving it."""
        return _event("unfollow") | {"oa_id": OA_ID, "follower": {"id": self.user_id}, "source": "oa_profile"}


def signed(
    event: Json | bytes, *, secret: str = OA_SECRET, timestamp: str | None = None
) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the webhook call that brings an event."""
    body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
    if timestamp is None:
        timestamp = str(event["timestamp"]) if isinstance(event, dict) else ""
    mac = hashlib.sha256(APP_ID.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
    return body, {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mac}"}


def _success(data: Json) -> Response:
    return JSONResponse({"data": data, "error": 0, "message": "Success"})


def _error(code: int, message: str) -> Response:
    return JSONResponse({"error": code, "message": message})


def _event(name: str) -> Json:
    now = str(int(time.time() * 1000))
    return {"app_id": APP_ID, "user_id_by_app": "5520000000000000004", "event_name": name, "timestamp": now}
