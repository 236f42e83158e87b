"""Dossiers: their states, and reading one out to the person it belongs to."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import second_factor
from records.database import Database, database_of
from records.dossier_states import DossierState as DossierState
from records.dossier_states import HistoryEntry as HistoryEntry
from records.models import Dossier, DossierEvent
from records.punctuality import judge
from records.second_factor import REFUSAL_SECONDS, Asker, digits_digest
from records.second_factor import Locked as Locked
from records.second_factor import Refused as Refused

_UNNAMED = "cơ quan chưa ghi tên thủ tục"

_TOLD = (
    select(
        Dossier.__table__,
        DossierEvent.state.label("state_then"),
        DossierEvent.at,
        DossierEvent.note.label("note_then"),
        DossierEvent.details["promised"].astext.label("promised_then"),
    )
    .outerjoin(DossierEvent, DossierEvent.dossier_code == Dossier.code)
    .where(Dossier.code == bindparam("wanted"))
    .order_by(DossierEvent.at, DossierEvent.state)
)


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
    fee_paid: int | None
    history: tuple[HistoryEntry, ...]
    due_on: dt.date | None
    """The promised day, moved on by the time that the citizen was waited for."""
    late: bool | None
    """Finished after ``due_on``, or not finished by now; none where nothing was promised."""
    overdue: bool
    """Late, and the agency's clock runs."""
    demonstration: bool


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
    fee_paid: int | None = None
    phone: str | None = None
    identity: str | None = None
    demonstration: bool = False
    history: list[HistoryEntry] = field(default_factory=list[HistoryEntry])


async def look_up(database: Database, code: str, digits: str, asker: Asker) -> DossierView | Refused | Locked:
    """Reads a dossier to whoever knows its code and the last four digits of the phone or identity number on file.

    Unknown codes count and answer like wrong digits, and every refusal takes as long as any other.
    """
    code = code.strip().upper()
    refused_at = asyncio.get_running_loop().time() + REFUSAL_SECONDS
    async with database.reading() as session:
        outcome = await second_factor.check(session, code, digits, asker) or await view(session, code)
    if not isinstance(outcome, DossierView):
        await asyncio.sleep(refused_at - asyncio.get_running_loop().time())
    return outcome


async def view(session: AsyncSession, code: str) -> DossierView:
    """A dossier as the person it belongs to may see it. Raises ``LookupError`` for an unknown code."""
    rows = (await session.execute(_TOLD, {"wanted": code})).all()
    if not rows:
        raise LookupError(code)
    dossier = rows[0]
    history = tuple(
        HistoryEntry(
            DossierState(row.state_then),
            row.at,
            row.note_then,
            dt.date.fromisoformat(row.promised_then) if row.promised_then else None,
        )
        for row in rows
        if row.at is not None
    )
    calendar, now = database_of(session).calendar, dt.datetime.now(dt.UTC)
    punctuality = judge(calendar, history, dossier.promised_on, dossier.finished_on, now)
    state = DossierState(dossier.state)
    return DossierView(
        code=code,
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
        fee_paid=dossier.fee_paid,
        history=history,
        due_on=punctuality.due_on,
        late=punctuality.late,
        overdue=state.running and bool(punctuality.late),
        demonstration=dossier.demonstration,
    )


async def store(session: AsyncSession, new: NewDossier) -> None:
    """Stores a dossier with its history, or brings the stored one to the given state."""
    vault = database_of(session).vault
    dossier = await session.get(Dossier, new.code) or Dossier(code=new.code)
    for name in ("procedure_code", "procedure_name", "agency", "submitted_on", "promised_on", "finished_on"):
        setattr(dossier, name, getattr(new, name))
    for name in ("missing", "note", "fee_due", "fee_for", "fee_paid", "demonstration"):
        setattr(dossier, name, getattr(new, name))
    dossier.state = int(new.state)
    dossier.phone_digits = digits_digest(vault, new.code, new.phone)
    dossier.identity_digits = digits_digest(vault, new.code, new.identity)
    session.add(dossier)
    await session.flush()
    for entry in new.history:
        session.add(DossierEvent(dossier_code=new.code, state=int(entry.state), at=entry.at, note=entry.note))
