"""Invented data for a first run, clearly marked as such; production never loads it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.dossiers import DossierState, HistoryEntry, NewDossier, store
from records.feedback import TIME_ZONE, NewFeedback, answers, file_feedback, steps
from records.feedback.life import SYSTEM
from records.models import Dossier

_DATA = Path(__file__).parent / "demonstration.yml"


async def load(session: AsyncSession) -> bool:
    """Loads the dossiers and cases once; returns whether there was anything to load.

    Raises ``ValueError`` in production.
    """
    if database_of(session).settings.environment == "production":
        raise ValueError("demonstration data is never loaded in production")
    if (await session.execute(select(Dossier.code).where(Dossier.demonstration).limit(1))).first():
        return False
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    for entry in data["dossiers"]:
        await store(session, _dossier(entry))
    for entry in data["cases"]:
        case = {key: value for key, value in entry.items() if key not in ("forwarded_to", "answer")}
        await file_feedback(session, NewFeedback(**case, demonstration=True))
        await _carry_on(session, entry)
    return True


async def _carry_on(session: AsyncSession, entry: dict[str, Any]) -> None:
    code = entry["tracking_code"]
    if "forwarded_to" in entry or "answer" in entry:
        await steps.accept(session, code, SYSTEM)
    if "forwarded_to" in entry:
        await steps.forward(session, code, SYSTEM, entry["forwarded_to"])
    if "answer" in entry:
        await answers.answer(session, code, SYSTEM, entry["answer"])


def known() -> list[tuple[str, str, str]]:
    """Code, digits that open it, and procedure of every invented dossier, for trying things out."""
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return [(entry["code"], entry["phone"][-4:], entry["name"]) for entry in data["dossiers"]]


def _dossier(entry: dict[str, Any]) -> NewDossier:
    state = DossierState(entry["state"])
    return NewDossier(
        code=entry["code"],
        procedure_code=entry["procedure"],
        procedure_name=entry["name"],
        agency=entry["agency"],
        state=state,
        submitted_on=_day(entry["submitted"]),
        promised_on=_day(entry["promised"]) if "promised" in entry else None,
        finished_on=_day(entry["finished"]) if "finished" in entry else None,
        missing=entry.get("missing", []),
        note=entry.get("note", ""),
        fee_due=entry.get("fee_due"),
        fee_for=entry.get("fee_for", ""),
        phone=entry["phone"],
        identity=entry["identity"],
        demonstration=True,
        history=[
            HistoryEntry(reached, _moment(entry["submitted"] + day), "") for day, reached in enumerate(_way_to(state))
        ],
    )


def _way_to(state: DossierState) -> list[DossierState]:
    way = [DossierState.SUBMITTED]
    if state not in {DossierState.SUBMITTED, DossierState.ACCEPTED, DossierState.NOT_ACCEPTED}:
        way.append(DossierState.ACCEPTED)
    if state is DossierState.RETURNED:
        way.append(DossierState.FINISHED)
    return [*way, state] if state is not DossierState.SUBMITTED else way


def _day(offset: int) -> dt.date:
    return dt.datetime.now(TIME_ZONE).date() + dt.timedelta(days=offset)


def _moment(offset: int) -> dt.datetime:
    return dt.datetime.combine(_day(min(offset, 0)), dt.time(9, 30), TIME_ZONE)
