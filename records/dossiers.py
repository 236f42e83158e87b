"""Dossiers: their states, and reading one out to the person it belongs to."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from enum import IntEnum

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.models import Dossier, DossierEvent, Verification
from records.vault import Vault


class DossierState(IntEnum):
    """The ten states of the National Public Service Portal, with its numbers."""

    SUBMITTED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    MORE_PAPERS = 5
    PAYMENT_DUE = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10

    @property
    def label(self) -> str:
        """The portal's Vietnamese name of the state."""
        return _LABELS[self]

    @property
    def running(self) -> bool:
        """Whether the agency's clock runs: it stops while the citizen has to act (5, 6) and when work stopped (8)."""
        return self in {DossierState.SUBMITTED, DossierState.ACCEPTED, DossierState.PROCESSING}


_LABELS = {
    DossierState.SUBMITTED: "Mới đăng ký",
    DossierState.ACCEPTED: "Được tiếp nhận",
    DossierState.NOT_ACCEPTED: "Không được tiếp nhận",
    DossierState.PROCESSING: "Đang xử lý",
    DossierState.MORE_PAPERS: "Yêu cầu bổ sung giấy tờ",
    DossierState.PAYMENT_DUE: "Yêu cầu thực hiện nghĩa vụ tài chính",
    DossierState.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    DossierState.STOPPED: "Dừng xử lý",
    DossierState.FINISHED: "Đã xử lý xong",
    DossierState.RETURNED: "Đã trả kết quả",
}
_UNNAMED = "cơ quan chưa ghi tên thủ tục"


@dataclass(frozen=True)
class HistoryEntry:
    """One change of state."""

    state: DossierState
    at: dt.datetime
    note: str


@dataclass(frozen=True)
class DossierView:
    """What the person a dossier belongs to may hear of it."""

    code: str
    procedure_code: str
    procedure_name: str
    agency: str
    state: DossierState
    submitted_on: dt.date
    promised_on: dt.date | None
    finished_on: dt.date | None
    missing: tuple[str, ...]
    note: str
    fee_due: int | None
    fee_for: str
    history: tuple[HistoryEntry, ...]
    overdue: bool
    demonstration: bool


@dataclass(frozen=True)
class Refused:
    """The pair of code and digits fits no dossier; whether the code exists is not told."""


@dataclass(frozen=True)
class Locked:
    """Too many wrong pairs; ``until`` says when the next attempt counts."""

    until: dt.datetime


@dataclass(frozen=True)
class NewDossier:
    """A dossier as an agency or the demonstration data hands it in. ``phone`` and ``identity`` are hashed, not kept."""

    code: str
    procedure_code: str
    procedure_name: str
    agency: str
    state: DossierState
    submitted_on: dt.date
    promised_on: dt.date | None = None
    finished_on: dt.date | None = None
    missing: list[str] = field(default_factory=list[str])
    note: str = ""
    fee_due: int | None = None
    fee_for: str = ""
    phone: str | None = None
    identity: str | None = None
    demonstration: bool = False
    history: list[HistoryEntry] = field(default_factory=list[HistoryEntry])


async def look_up(
    session: AsyncSession, code: str, digits: str, conversation_id: str | uuid.UUID | None, message_id: str | None
) -> DossierView | Refused | Locked:
    """Reads a dossier to whoever knows its code and the last four digits of the phone or identity number on file.

    Wrong pairs are limited per code and per conversation; unknown codes count and answer like wrong digits. The same
    ``message_id`` handed in again counts once.
    """
    database = database_of(session)
    settings, vault = database.settings, database.vault
    conversation = uuid.UUID(str(conversation_id)) if conversation_id else None
    code = code.strip().upper()
    digest = vault.digest("dossier code", code)
    window = dt.timedelta(minutes=settings.verification_window_minutes)
    until = await _locked_until(session, digest, conversation, message_id, window, settings.verification_limit)
    if until is not None:
        return Locked(until)
    dossier = await session.get(Dossier, code)
    opened = _digits_match(vault, code, digits, dossier)
    if not await _already_counted(session, conversation, message_id):
        session.add(
            Verification(code_digest=digest, conversation_id=conversation, message_id=message_id, succeeded=opened)
        )
    if dossier is None or not opened:
        return Refused()
    return await _view(session, dossier)


async def store(session: AsyncSession, new: NewDossier) -> None:
    """Stores a dossier with its history, or brings the stored one to the given state."""
    vault = database_of(session).vault
    dossier = await session.get(Dossier, new.code) or Dossier(code=new.code)
    for name in ("procedure_code", "procedure_name", "agency", "submitted_on", "promised_on", "finished_on"):
        setattr(dossier, name, getattr(new, name))
    for name in ("missing", "note", "fee_due", "fee_for", "demonstration"):
        setattr(dossier, name, getattr(new, name))
    dossier.state = int(new.state)
    dossier.phone_digits = digits_digest(vault, new.code, new.phone)
    dossier.identity_digits = digits_digest(vault, new.code, new.identity)
    session.add(dossier)
    await session.flush()
    for entry in new.history:
        session.add(DossierEvent(dossier_code=new.code, state=int(entry.state), at=entry.at, note=entry.note))


def digits_digest(vault: Vault, code: str, number: str | None) -> bytes | None:
    """Keyed hash of the last four digits of a number on file; the same digits of another dossier give another one."""
    return vault.digest("second factor", f"{code} {number[-4:]}") if number else None


def _digits_match(vault: Vault, code: str, digits: str, dossier: Dossier | None) -> bool:
    """Compares with both numbers on file, or with nothing at the same cost when there is no such dossier."""
    known = [dossier.phone_digits, dossier.identity_digits] if dossier else [None, None]
    results = [vault.matches("second factor", f"{code} {digits}", digest or b"") for digest in known]
    return any(results)


async def _already_counted(session: AsyncSession, conversation: uuid.UUID | None, message_id: str | None) -> bool:
    if message_id is None:
        return False
    same = select(Verification.id).where(
        Verification.conversation_id == conversation, Verification.message_id == message_id
    )
    return (await session.execute(same.limit(1))).first() is not None


async def _locked_until(
    session: AsyncSession,
    digest: bytes,
    conversation: uuid.UUID | None,
    message_id: str | None,
    window: dt.timedelta,
    limit: int,
) -> dt.datetime | None:
    now = dt.datetime.now(dt.UTC)
    same = Verification.code_digest == digest
    if conversation is not None:
        same = or_(same, Verification.conversation_id == conversation)
    wrong = select(Verification.at).where(same, Verification.succeeded.is_(False), Verification.at > now - window)
    if message_id is not None:
        wrong = wrong.where(or_(Verification.message_id.is_(None), Verification.message_id != message_id))
    times = (await session.execute(wrong.order_by(Verification.at.desc()).limit(limit))).scalars().all()
    return times[-1] + window if len(times) >= limit else None


async def _view(session: AsyncSession, dossier: Dossier) -> DossierView:
    wanted = select(DossierEvent).where(DossierEvent.dossier_code == dossier.code)
    events = (await session.execute(wanted.order_by(DossierEvent.at, DossierEvent.state))).scalars().all()
    state = DossierState(dossier.state)
    today = (await session.execute(select(func.current_date()))).scalar_one()
    return DossierView(
        code=dossier.code,
        procedure_code=dossier.procedure_code,
        procedure_name=dossier.procedure_name or _UNNAMED,
        agency=dossier.agency,
        state=state,
        submitted_on=dossier.submitted_on,
        promised_on=dossier.promised_on,
        finished_on=dossier.finished_on,
        missing=tuple(dossier.missing),
        note=dossier.note,
        fee_due=dossier.fee_due,
        fee_for=dossier.fee_for,
        history=tuple(HistoryEntry(DossierState(event.state), event.at, event.note) for event in events),
        overdue=state.running and dossier.promised_on is not None and dossier.promised_on < today,
        demonstration=dossier.demonstration,
    )
