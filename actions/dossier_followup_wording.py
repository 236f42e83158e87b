"""What is said about notices, payments and late dossiers."""

from __future__ import annotations

from collections.abc import Sequence

from actions.wordings import say
from nlu.text.money import grouped
from records.calendar import TIME_ZONE
from records.dossiers import DossierView
from records.models import Payment
from records.payments.vietqr import bank_name


def subscribed(code: str, *, new: bool, by_phone: bool) -> str:
    """That the citizen will hear of changes, where, and how to stop it."""
    if not new:
        return say("followups.still_subscribed", code=code)
    return say("followups.subscribed_caller" if by_phone else "followups.subscribed", code=code)


def unsubscribed(codes: Sequence[str]) -> str:
    """Which notices were ended."""
    if not codes:
        return say("followups.no_notices")
    return say("followups.unsubscribed", codes=", ".join(codes))


def nothing_due(dossier: DossierView) -> str:
    """That there is nothing to pay now."""
    paid = say("followups.paid_before", amount=money(dossier.fee_paid)) if dossier.fee_paid else ""
    return say("followups.nothing_due", code=dossier.code, paid=paid)


def paid_elsewhere(dossier: DossierView) -> str:
    """What is due, where the agency takes no payment here."""
    return say(
        "followups.paid_elsewhere",
        code=dossier.code,
        amount=money(dossier.fee_due or 0),
        purpose=_for(dossier.fee_for),
        agency=dossier.agency,
    )


def to_pay(payment: Payment, picture: str) -> str:
    """What to pay, how, and what to beware of."""
    return say(
        "followups.to_pay",
        code=payment.dossier_code,
        amount=money(payment.amount),
        purpose=_for(payment.purpose),
        picture=picture,
        bank=bank_name(payment.bank),
        number=payment.number,
        holder=payment.holder,
        reference=payment.reference,
    )


def settled(payment: Payment) -> str:
    """That the payment arrived, or arrived with another sum."""
    at = payment.paid_at.astimezone(TIME_ZONE) if payment.paid_at else None
    told = {
        "code": payment.dossier_code,
        "paid": money(payment.paid_amount or 0),
        "when": say("followups.at", time=f"{at:%H:%M}", day=f"{at:%d/%m/%Y}") if at else "",
    }
    if payment.state == "paid":
        return say("followups.settled", reference=payment.reference, **told)
    return say("followups.another_sum", due=money(payment.amount), **told)


def complaint(dossier: DossierView) -> str:
    """The matter of a report about a late dossier as the citizen would write it, in Vietnamese for the agency."""
    return (
        f"Hồ sơ {dossier.code} ({dossier.procedure_name}) nộp ngày {dossier.submitted_on:%d/%m/%Y} đã quá hẹn trả"
        f" kết quả {dossier.promised_on:%d/%m/%Y} mà chưa có kết quả. Đề nghị"
        f" {dossier.agency} cho biết lý do và ngày trả."
    )


def money(amount: int) -> str:
    """An amount of đồng."""
    return say("followups.money", amount=grouped(amount))


def _for(purpose: str) -> str:
    return f" ({purpose})" if purpose else ""
