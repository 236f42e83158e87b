"""A citizen's rights over the own data: with the conversation's token, and as a page behind a signed link."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import DatabaseDependency, OwnConversation, SessionDependency
from api.errors import ApiError, NotFound
from api.web.rendering import render_plain
from records import audit
from records.database import Database
from records.feedback.life import CITIZEN
from records.models import Json
from records.privacy import export_links, rights

router = APIRouter(tags=["own data"])

_TITLES = {
    "conversations": "Cuộc trò chuyện",
    "messages": "Tin nhắn",
    "attachments": "Tệp đã gửi",
    "feedback": "Phản ánh, kiến nghị",
    "feedback_ratings": "Đánh giá trả lời",
    "consents": "Sự đồng ý",
    "confirmed_numbers": "Số điện thoại đã xác nhận",
    "calls": "Cuộc gọi",
    "call_backs": "Hẹn gọi lại",
    "voice_mails": "Lời nhắn thoại",
    "dossier_subscriptions": "Tin báo hồ sơ",
    "payments": "Khoản nộp",
    "verifications": "Lần tra cứu hồ sơ",
    "handovers": "Chuyển cán bộ",
    "outbox": "Tin đã gửi đi",
}


class Held(ApiError):
    """Data that may not be erased for the time being."""

    status = 409
    code = "held"
    message = (
        "Dữ liệu này đang phải giữ lại theo yêu cầu của cơ quan có thẩm quyền nên chưa xóa được. "
        "Anh/chị gặp cán bộ để được giải thích."
    )


class LinkOver(NotFound):
    """A link that is not ours, was changed, or is too old."""

    message = "Liên kết đã hết hạn. Anh/chị nhắn trợ lý “tải dữ liệu của tôi” để nhận liên kết mới."


class ErasureTaken(BaseModel):
    """The wish was taken: everything is gone after so many seconds, but for the cases named."""

    seconds: int
    kept_cases: list[str]


@router.get("/api/v1/conversations/{conversation_id}/data")
async def own_data(conversation: OwnConversation, session: SessionDependency) -> dict[str, list[Json]]:
    """Everything that is kept of the conversation, by table."""
    return await _read(session, conversation.id)


@router.delete("/api/v1/conversations/{conversation_id}", status_code=202)
async def erase(conversation: OwnConversation, session: SessionDependency) -> ErasureTaken:
    """Takes the wish to erase the conversation. Raises ``Held``."""
    try:
        kept = await rights.request_erasure(session, conversation.id)
    except rights.Held as error:
        raise Held from error
    return ErasureTaken(seconds=int(rights.GRACE.total_seconds()), kept_cases=list(kept))


@router.get("/du-lieu/{token}.json", include_in_schema=False)
async def download(token: str, database: DatabaseDependency) -> Response:
    """The same as a file. Raises ``LinkOver``."""
    name = 'attachment; filename="du-lieu-cua-toi.json"'
    return JSONResponse(
        await _behind(database, token), headers={"Content-Disposition": name, "Cache-Control": "no-store"}
    )


@router.get("/du-lieu/{token}", include_in_schema=False)
async def page(token: str, request: Request, database: DatabaseDependency) -> Response:
    """What a link of ``records.privacy.export_links`` opens, to be read. Raises ``LinkOver``."""
    data = await _behind(database, token)
    tables = [(_TITLES.get(table, table), rows) for table, rows in data.items()]
    context = {"tables": tables, "file": f"/du-lieu/{token}.json"}
    return render_plain(request, "own_data.html", context, private=True)


async def _behind(database: Database, token: str) -> dict[str, list[Json]]:
    conversation_id = export_links.read(database.settings, token)
    if conversation_id is None:
        raise LinkOver
    async with database.session() as session:
        return await _read(session, conversation_id)


async def _read(session: AsyncSession, conversation_id: UUID) -> dict[str, list[Json]]:
    await audit.record(session, CITIZEN, "privacy.export", f"conversation:{conversation_id}")
    return await rights.own_data(session, conversation_id)
