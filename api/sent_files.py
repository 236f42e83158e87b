"""Files that staff send to citizens: a signed link that works for a month, whatever the channel."""

from __future__ import annotations

import uuid

from fastapi import APIRouter
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import StreamingResponse

from api.dependencies import DatabaseDependency
from api.errors import NotFound
from api.files import deliver
from records.database import Database, database_of

router = APIRouter(include_in_schema=False)

GOOD_FOR_SECONDS = 31 * 24 * 3600


def link(session: AsyncSession, attachment_id: uuid.UUID) -> str:
    """The public address of a file."""
    database = database_of(session)
    return f"{database.settings.public_url}/tep/{_signer(database).dumps(attachment_id.hex)}"


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
