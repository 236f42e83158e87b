"""The life of a payment: asked for, open, paid; or paid with another sum than was asked for."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nlu.text.money import grouped
from records import calls, waiting
from records.calls import CALLERS
from records.dossier_notices import tell
from records.dossiers import DossierView
from records.models import Conversation, Payment, PaymentNotice
from records.payments.accounts import account_for
from records.payments.providers import PROVIDERS, HandOver, VietQr
from records.state_reports import AHEAD

KEPT = dt.timedelta(days=1)
"""How long the nonce of a notice is kept: far longer than the time stamp of a notice is taken."""


class NothingDue(Exception):
    """The dossier has nothing to be paid now."""


class NoAccount(Exception):
    """The agency has no account here; it is paid as the agency says."""


class UnknownPayment(LookupError):
    """No payment of this reference."""


class PaidBefore(Exception):
    """Another transfer was taken for this payment, or this transfer for another payment."""


class PlayedBack(Exception):
    """A notice with this nonce was taken before."""


@dataclass(frozen=True)
class Notice:
    """A provider's word that ``amount`` đồng arrived; ``transaction`` is its own id of the transfer."""

    reference: str
    amount: int
    transaction: str
    paid_at: dt.datetime


async def ask(session: AsyncSession, dossier: DossierView, conversation_id: uuid.UUID | None) -> Payment:
    """The payment of what the dossier asks for now: the one that was begun before, or a new one.

    ``dossier`` is what was opened with the second factor. Raises ``NothingDue`` and ``NoAccount``.
    """
    if not dossier.fee_due:
        raise NothingDue
    if begun := await _begun(session, dossier):
        return begun
    account = await account_for(session, dossier.code)
    if account is None:
        raise NoAccount
    new = insert(Payment).values(
        reference=_new_reference(),
        dossier_code=dossier.code,
        conversation_id=conversation_id,
        provider=VietQr.name,
        amount=dossier.fee_due,
        purpose=dossier.fee_for,
        bank=account.bank,
        number=account.number,
        holder=account.holder,
        state="open",
    )
    await session.execute(
        new.on_conflict_do_nothing(index_elements=["dossier_code", "amount"], index_where=text("state = 'open'"))
    )
    begun = await _begun(session, dossier)
    assert begun is not None
    return begun


def hand_over(payment: Payment) -> HandOver:
    """How an open payment is paid."""
    return PROVIDERS[payment.provider].hand_over(payment)


async def find(session: AsyncSession, reference: str) -> Payment | None:
    """The payment of a reference."""
    return await session.get(Payment, reference)


async def take_notice(session: AsyncSession, notice: Notice, nonce: str) -> Payment:
    """Notes that a payment arrived, and tells whoever asked for it; the same transfer is taken once.

    Raises ``PlayedBack`` for a nonce that was seen, ``UnknownPayment``, and ``PaidBefore``.
    """
    await session.execute(delete(PaymentNotice).where(PaymentNotice.at < func.now() - KEPT))
    seen = insert(PaymentNotice).values(nonce=nonce).on_conflict_do_nothing().returning(PaymentNotice.nonce)
    if (await session.execute(seen)).first() is None:
        raise PlayedBack
    payment = await session.get(Payment, notice.reference, with_for_update=True)
    if payment is None:
        raise UnknownPayment(notice.reference)
    if payment.state != "open":
        if payment.transaction != notice.transaction:
            raise PaidBefore
        return payment
    same = select(Payment.reference).where(
        Payment.provider == payment.provider, Payment.transaction == notice.transaction
    )
    if (await session.execute(same)).first() is not None:
        raise PaidBefore
    payment.state = "paid" if notice.amount == payment.amount else "differs"
    payment.paid_amount, payment.paid_at = notice.amount, notice.paid_at
    payment.transaction = notice.transaction
    if payment.conversation_id is not None:
        await _tell(session, await session.get_one(Conversation, payment.conversation_id), payment)
    return payment


async def _tell(session: AsyncSession, conversation: Conversation, payment: Payment) -> None:
    """Tells whoever asked for the payment; another sum than was due also puts the conversation before staff."""
    if conversation.channel == CALLERS:
        await calls.call_about(session, conversation.id, f"Khoản nộp {payment.reference}", _in_short(payment))
        return
    await tell(session, conversation, _arrived(payment), [])
    if payment.state == "differs":
        await waiting.ask(session, conversation.id, f"Khoản nộp {payment.reference}: {_in_short(payment)}")


async def _begun(session: AsyncSession, dossier: DossierView) -> Payment | None:
    """The newest payment of what is due now; one that was settled before it fell due belongs to something else."""
    wanted = select(Payment).where(Payment.dossier_code == dossier.code, Payment.amount == dossier.fee_due)
    if dossier.history:
        due_since = dossier.history[-1].at - AHEAD
        wanted = wanted.where(or_(Payment.state == "open", Payment.created_at >= due_since))
    return (await session.execute(wanted.order_by(Payment.created_at.desc()).limit(1))).scalar_one_or_none()


def _new_reference() -> str:
    return "MC" + secrets.token_hex(6).upper()


def _in_short(payment: Payment) -> str:
    """For staff."""
    paid = f"hồ sơ {payment.dossier_code}, đã nhận {grouped(payment.paid_amount or 0)} đồng"
    return paid if payment.state == "paid" else f"{paid}, khác số cần nộp {grouped(payment.amount)} đồng"


def _arrived(payment: Payment) -> str:
    paid = f"{grouped(payment.paid_amount or 0)} đồng"
    if payment.state == "paid":
        return (
            f"Dạ, em đã nhận được xác nhận anh/chị nộp {paid} cho hồ sơ {payment.dossier_code} (mã thanh toán"
            f" {payment.reference}). Cơ quan sẽ tiếp tục xử lý hồ sơ ạ."
        )
    due = f"{grouped(payment.amount)} đồng"
    return (
        f"Dạ, khoản nộp cho hồ sơ {payment.dossier_code} là {paid}, khác số cần nộp {due} (mã thanh toán"
        f" {payment.reference}). Em đã chuyển cán bộ kiểm tra; anh/chị chưa cần nộp thêm ạ."
    )
