"""Callers who were promised to be called: one of staff takes each, sees the number, and says how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.database import database_of
from records.models import Call, CallBack, StaffMember
from records.staff.permissions import somebody_of


class CallBackRefused(Exception):
    """Somebody else has it, or it is done; the text says so."""


async def waiting(session: AsyncSession) -> Sequence[tuple[CallBack, Call, StaffMember | None]]:
    """Those that are not done, with the call and whoever took them, the most urgent first."""
    wanted = (
        select(CallBack, Call, StaffMember)
        .join(Call, Call.id == CallBack.call_id)
        .outerjoin(StaffMember, StaffMember.id == CallBack.staff_id)
        .where(CallBack.done_at.is_(None))
        .order_by(CallBack.latest, CallBack.id)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(wanted)).all()]


async def take(session: AsyncSession, member: StaffMember, call_back_id: int) -> None:
    """Makes ``member`` the one who calls; from then on the number is open to them, which the audit trail keeps.

    Raises ``CallBackRefused`` for all but the first.
    """
    free = CallBack.id == call_back_id, CallBack.staff_id.is_(None), CallBack.done_at.is_(None)
    taken = await session.execute(update(CallBack).where(*free).values(staff_id=member.id).returning(CallBack.id))
    if taken.first() is None:
        raise CallBackRefused("Cuộc gọi lại này đã có người nhận hoặc đã xong.")
    await audit.record(session, somebody_of(member), "call_back.number.read", f"call_back:{call_back_id}")


async def leave(session: AsyncSession, member: StaffMember, call_back_id: int) -> None:
    """Gives it back to the others. Raises ``CallBackRefused``."""
    call_back = await _own(session, member, call_back_id)
    call_back.staff_id = None


async def finish(session: AsyncSession, member: StaffMember, call_back_id: int, result: str) -> None:
    """Notes that the caller was called, and how it went. Raises ``CallBackRefused``."""
    call_back = await _own(session, member, call_back_id)
    if not result.strip():
        raise CallBackRefused("Anh/chị ghi kết quả cuộc gọi trước khi kết thúc.")
    call_back.result, call_back.done_at = result.strip(), dt.datetime.now(dt.UTC)
    await audit.record(session, somebody_of(member), "call_back.finish", f"call_back:{call_back_id}")


def number(session: AsyncSession, call_back: CallBack) -> str:
    """The telephone number to call."""
    return database_of(session).vault.decrypt(call_back.phone)


async def _own(session: AsyncSession, member: StaffMember, call_back_id: int) -> CallBack:
    wanted = select(CallBack).where(CallBack.id == call_back_id).with_for_update()
    call_back = (await session.execute(wanted)).scalar_one_or_none()
    if call_back is None or call_back.staff_id != member.id or call_back.done_at is not None:
        raise CallBackRefused("Cuộc gọi lại này không do anh/chị giữ. Anh/chị tải lại trang để xem.")
    return call_back
