"""The accounts to which the agencies' fees are paid."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records import agencies
from records.models import DossierEvent, PaymentAccount
from records.payments import vietqr


async def set_account(session: AsyncSession, agency: str, bank: str, number: str, holder: str) -> None:
    """Sets or replaces the account of an agency. Raises ``UnknownAgency``, and ``ValueError`` for no account at all."""
    bank, number, holder = bank.strip(), number.replace(" ", "").upper(), holder.strip()
    vietqr.content(bank, number, 1, "x")
    if not holder:
        raise ValueError("the account needs a holder")
    agency_id = (await agencies.named(session, agency)).id
    values = {"bank": bank, "number": number, "holder": holder}
    new = insert(PaymentAccount).values(agency_id=agency_id, **values)
    await session.execute(
        new.on_conflict_do_update(index_elements=["agency_id"], set_=values | {"updated_at": func.now()})
    )


async def account_for(session: AsyncSession, code: str) -> PaymentAccount | None:
    """The account of the agency that reported the dossier's newest state."""
    newest = (
        select(DossierEvent.agency_id)
        .where(DossierEvent.dossier_code == code, DossierEvent.agency_id.is_not(None))
        .order_by(DossierEvent.at.desc(), DossierEvent.state.desc(), DossierEvent.agency_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        await session.execute(select(PaymentAccount).where(PaymentAccount.agency_id == newest))
    ).scalar_one_or_none()
