"""Files that staff send to citizens: a signed link that works for a month, for the web and what a channel refuses."""

from __future__ import annotations

import uuid

from fastapi import APIRouter
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import StreamingResponse

from api.dependencies import DatabaseDependency
from api.errors import NotFound
from api.files import deliver
from records.database import Database

router = APIRouter(include_in_schema=False)

GOOD_FOR_SECONDS = 31 * 24 * 3600


def path(database: Database, attachment_id: uuid.UUID) -> str:
    """The address of a file on this server."""
    return f"/tep/{_signer(database).dumps(attachment_id.hex)}"


def link(database: Database, attachment_id: uuid.UUID) -> str:
    """The public address of a file."""
    return database.settings.public_url + path(database, attachment_id)


@router.get("/tep/{token}")
async def sent_file(token: str, database: DatabaseDependency) -> StreamingResponse:
    """The file behind a link. Raises ``NotFound`` for one that is wrong or too old."""
    try:
        named = _signer(database).loads(token, max_age=GOOD_FOR_SECONDS)
    except BadSignature as error:
        raise NotFound("Đường dẫn không đúng hoặc đã hết hạn. Anh/chị nhắn lại để được gửi tệp lần nữa ạ.") from error
    return await deliver(database, uuid.UUID(named))


def _signer(database: Database) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(database.settings.keys)), salt="motcua sent file")
