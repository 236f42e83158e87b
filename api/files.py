"""Files of citizens, for staff who were given a link a moment ago."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.dependencies import DatabaseDependency
from api.errors import NotFound
from records import attachments, file_links
from records.database import Database
from records.models import Attachment

router = APIRouter(include_in_schema=False)

_SHOWN = ("image/", "audio/", "video/")
"""What browsers show by themselves without running anything of it; all else is downloaded."""
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


@router.get("/files/{token}")
async def file(token: str, database: DatabaseDependency) -> StreamingResponse:
    """The file that a link of ``records.file_links`` stands for. Raises ``NotFound`` when the link is over."""
    try:
        link = file_links.read(database.settings, token)
    except file_links.LinkOver as error:
        raise NotFound("Liên kết đã hết hạn. Anh/chị mở lại phản ánh để lấy liên kết mới.") from error
    return await deliver(database, link.attachment_id)


async def deliver(database: Database, attachment_id: UUID) -> StreamingResponse:
    """The content of a file, for somebody who may have it. Raises ``NotFound`` when it is not there."""
    async with database.session() as session:
        found = await session.get(Attachment, attachment_id)
        if found is None or found.state != "stored" or found.kind == "location":
            raise NotFound
        content = attachments.read(session, found)
    try:
        first = await anext(content, b"")
    except FileNotFoundError as error:
        raise NotFound("Tệp không còn trong kho lưu trữ.") from error
    disposition = "inline" if found.content_type.startswith(_SHOWN) else "attachment"
    headers = {
        **_HEADERS,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(found.name or 'tep', safe='')}",
        "Content-Length": str(found.size),
    }
    return StreamingResponse(_all(first, content), headers=headers, media_type=found.content_type)


async def _all(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    yield first
    async for block in rest:
        yield block
