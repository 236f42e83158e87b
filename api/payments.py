"""Payments: the provider's notice that one arrived, its state, and the picture of its QR code."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from api.dependencies import DatabaseDependency, SessionDependency, SettingsDependency
from api.errors import ApiError, Forbidden, NotFound
from records.payments import links, service, vietqr

router = APIRouter(tags=["payments"])

TOLERANCE = dt.timedelta(minutes=5)
"""How far the time stamp of a notice may be from now."""


class NoticeIn(BaseModel):
    """What a provider says: so many đồng arrived. Fields beyond these, such as those of a card, are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reference: str = Field(min_length=1, max_length=25)
    amount: int = Field(gt=0, lt=10**13)
    transaction: str = Field(min_length=1, max_length=64)
    paid_at: AwareDatetime


class PaymentState(BaseModel):
    """``open``, ``paid``, or ``differs`` when another sum arrived than was asked for."""

    reference: str
    state: Literal["open", "paid", "differs"]


class NotSigned(Forbidden):
    """No signature, a wrong one, or one of another time."""

    message = "Chữ ký, thời điểm hoặc mã dùng một lần của thông báo không hợp lệ."


class TakenBefore(ApiError):
    """A notice that was played back, or a second transfer for one payment."""

    status = 409
    code = "taken_before"


class BadNotice(ApiError):
    """Signed, but not a notice."""

    status = 422
    code = "invalid"
    message = "Thông báo thanh toán chưa đúng dạng."


@router.post("/api/v1/payments/callback")
async def callback(
    request: Request,
    session: SessionDependency,
    settings: SettingsDependency,
    x_motcua_timestamp: Annotated[str, Header(max_length=20)],
    x_motcua_nonce: Annotated[str, Header(pattern=r"^[A-Za-z0-9_-]{16,64}$")],
    x_motcua_signature: Annotated[str, Header(max_length=128)],
) -> PaymentState:
    """Takes a provider's notice, signed with HMAC-SHA-256 over ``timestamp.nonce.body`` (docs/payments.md)."""
    body = await request.body()
    secret = settings.payment_secret
    signed = f"{x_motcua_timestamp}.{x_motcua_nonce}.".encode() + body
    expected = hmac.digest(secret.get_secret_value().encode(), signed, hashlib.sha256).hex() if secret else ""
    if not secret or not hmac.compare_digest(expected.encode(), x_motcua_signature.encode()):
        raise NotSigned
    if not x_motcua_timestamp.isdecimal() or abs(_now() - int(x_motcua_timestamp)) > TOLERANCE.total_seconds():
        raise NotSigned
    try:
        notice = NoticeIn.model_validate_json(body)
    except ValidationError as error:
        raise BadNotice from error
    try:
        payment = await service.take_notice(session, service.Notice(**dict(notice)), x_motcua_nonce)
    except service.PlayedBack as error:
        raise TakenBefore("Thông báo này đã được nhận trước đó.") from error
    except service.PaidBefore as error:
        raise TakenBefore("Khoản này đã được ghi nhận bằng một giao dịch khác.") from error
    except service.UnknownPayment as error:
        raise NotFound("Không có khoản thanh toán mang mã này.") from error
    return PaymentState.model_validate({"reference": payment.reference, "state": payment.state})


@router.get("/payments/{token}.{kind}")
async def picture(
    token: Annotated[str, Path(max_length=200)], kind: Literal["png", "svg"], database: DatabaseDependency
) -> Response:
    """The QR code of an open payment, for whoever has a link of the last day."""
    reference = links.read(database.settings, token)
    async with database.session() as session:
        payment = await service.find(session, reference) if reference else None
    if payment is None or payment.state != "open":
        raise NotFound("Liên kết đã hết hạn hoặc khoản này đã nộp. Anh/chị hỏi em “thanh toán” để lấy mã mới ạ.")
    said = service.hand_over(payment).qr
    if said is None:
        raise NotFound
    media = {"png": "image/png", "svg": "image/svg+xml"}[kind]
    return Response(vietqr.picture(said, kind), media_type=media, headers={"Cache-Control": "private, no-store"})


def _now() -> float:
    return dt.datetime.now(dt.UTC).timestamp()
