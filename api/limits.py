"""A limit on what a request may bring, before anything reads it."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bulk import PACKED_BYTES
from api.errors import TooLarge
from records.attachments import MAX_BYTES

JSON_BYTES = 2**20
UPLOAD_BYTES = MAX_BYTES + 2**20
BULK_BYTES = PACKED_BYTES + 2**20
"""A little more than the reader of such a body takes, which says how much of it was taken."""


class BodyLimit:
    """Answers 413 to a body over 1 MiB, or over their own limits where files are uploaded or states reported.

    A body that lies about its length is cut off at the limit, which the reader sees as a broken request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"])
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            error = TooLarge()
            body = {"error": {"code": error.code, "message": error.message}}
            await JSONResponse(body, error.status)(scope, receive, send)
            return
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            return {"type": "http.disconnect"} if read > limit else message

        await self._app(scope, limited, send)


def _limit(path: str) -> int:
    if path.endswith("/attachments") or (path.startswith("/console/conversations/") and path.endswith("/reply")):
        return UPLOAD_BYTES
    return BULK_BYTES if path == "/api/v1/dossiers" else JSON_BYTES
