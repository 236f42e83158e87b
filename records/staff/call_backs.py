"""Callers who were promised to be called, and messages they left: one of staff takes each, and says how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.database import database_of
from records.models import Call, CallBack, StaffMember, VoiceMail
from records.staff.permissions import Permission, permissions_of, somebody_of

KINDS: dict[str, type[CallBack | VoiceMail]] = {"call_back": CallBack, "voice_mail": VoiceMail}
_NAMES = {work: kind for kind, work in KINDS.items()}
_NOT_YOURS = "Việc này không do anh/chị giữ. Anh/chị tải lại trang để xem."
_GONE = "Việc này đã xong hoặc không còn."


class CallBackRefused(Exception):
    """Somebody else has it, or it is done; the text says so."""


async def waiting(session: AsyncSession) -> Sequence[tuple[CallBack, Call, StaffMember | None]]:
    """Call-backs that are not done, with the call and whoever took them, the most urgent first."""
    wanted = (
        select(CallBack, Call, StaffMember)
        .join(Call, Call.id == CallBack.call_id)
        .outerjoin(StaffMember, StaffMember.id == CallBack.staff_id)
        .where(CallBack.done_at.is_(None))
        .order_by(CallBack.latest, CallBack.id)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(wanted)).all()]


async def messages(session: AsyncSession) -> Sequence[tuple[VoiceMail, Call, StaffMember | None]]:
    """Messages that are not done, with the call and whoever took them, the most urgent first."""
    wanted = (
        select(VoiceMail, Call, StaffMember)
        .join(Call, Call.id == VoiceMail.call_id)
        .outerjoin(StaffMember, StaffMember.id == VoiceMail.staff_id)
        .where(VoiceMail.done_at.is_(None))
        .order_by(VoiceMail.due_at, VoiceMail.id)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(wanted)).all()]


async def take(session: AsyncSession, member: StaffMember, work: type[CallBack | VoiceMail], work_id: int) -> None:
    """Makes ``member`` the one who calls; from then on the number is open to them, which the audit trail keeps.

    Raises ``CallBackRefused`` for all but the first.
    """
    free = work.id == work_id, work.staff_id.is_(None), work.done_at.is_(None)
    taken = await session.execute(update(work).where(*free).values(staff_id=member.id).returning(work.id))
    if taken.first() is None:
        holder = select(StaffMember.name).join(work, work.staff_id == StaffMember.id).where(work.id == work_id)
        name = await session.scalar(holder.where(work.done_at.is_(None)))
        raise CallBackRefused(f"{name} đã nhận việc này." if name else _GONE)
    await audit.record(session, somebody_of(member), f"{_NAMES[work]}.number.read", f"{_NAMES[work]}:{work_id}")


async def hand(
    session: AsyncSession, member: StaffMember, work: type[CallBack | VoiceMail], work_id: int, login: str
) -> None:
    """Gives it to a colleague, to whom the number is open from then on; a lead also what is not theirs.

    Raises ``CallBackRefused``.
    """
    found = await _open(session, work, work_id)
    if found.staff_id != member.id and Permission.LEAD not in permissions_of(member):
        raise CallBackRefused(_NOT_YOURS)
    colleague = await session.scalar(
        select(StaffMember).where(StaffMember.login == login.strip().lower(), StaffMember.active)
    )
    if colleague is None or Permission.CONVERSE not in permissions_of(colleague):
        raise CallBackRefused(f"Không có cán bộ tiếp người dân “{login}”.")
    found.staff_id = colleague.id
    details = {"to": colleague.login}
    await audit.record(session, somebody_of(member), f"{_NAMES[work]}.assign", f"{_NAMES[work]}:{work_id}", **details)


async def leave(session: AsyncSession, member: StaffMember, work: type[CallBack | VoiceMail], work_id: int) -> None:
    """Gives it back to the others; a lead also what a colleague took. Raises ``CallBackRefused``."""
    found = await _open(session, work, work_id)
    if found.staff_id is None or (found.staff_id != member.id and Permission.LEAD not in permissions_of(member)):
        raise CallBackRefused(_NOT_YOURS)
    found.staff_id = None
    await audit.record(session, somebody_of(member), f"{_NAMES[work]}.leave", f"{_NAMES[work]}:{work_id}")


async def finish(
    session: AsyncSession, member: StaffMember, work: type[CallBack | VoiceMail], work_id: int, result: str
) -> None:
    """Notes that the caller was called, and how it went. Raises ``CallBackRefused``."""
    mine = await _own(session, member, work, work_id)
    if not result.strip():
        raise CallBackRefused("Anh/chị ghi kết quả trước khi kết thúc.")
    mine.result, mine.done_at = result.strip(), dt.datetime.now(dt.UTC)
    await audit.record(session, somebody_of(member), f"{_NAMES[work]}.finish", f"{_NAMES[work]}:{work_id}")


async def listen(session: AsyncSession, member: StaffMember, voice_mail_id: int, *, anew: bool) -> VoiceMail:
    """The message that ``member`` took, to be played; the audit trail keeps each time. Raises ``CallBackRefused``."""
    message = await _own(session, member, VoiceMail, voice_mail_id)
    if anew:
        await audit.record(session, somebody_of(member), "voice_mail.play", f"voice_mail:{voice_mail_id}")
    return message


def number(session: AsyncSession, work: CallBack | VoiceMail) -> str:
    """The telephone number to call; empty where it was withheld."""
    return database_of(session).vault.decrypt(work.phone) if work.phone else ""


async def _own[Work: CallBack | VoiceMail](
    session: AsyncSession, member: StaffMember, work: type[Work], work_id: int
) -> Work:
    found = await _open(session, work, work_id)
    if found.staff_id != member.id:
        raise CallBackRefused(_NOT_YOURS)
    return found


async def _open[Work: CallBack | VoiceMail](session: AsyncSession, work: type[Work], work_id: int) -> Work:
    found = await session.scalar(select(work).where(work.id == work_id, work.done_at.is_(None)).with_for_update())
    if found is None:
        raise CallBackRefused(_GONE)
    return found
