"""Feedback and dossiers over the public API."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from pydantic import AfterValidator, BaseModel, Field

from api.dependencies import DatabaseDependency, NetworkDependency, SessionDependency
from api.errors import ApiError, NotFound, TooMany
from records import dossiers, feedback
from records.feedback.life import OPEN
from records.second_factor import Asker

router = APIRouter(prefix="/api/v1", tags=["cases"])


def _said(description: str) -> str:
    feedback.check_text(description)
    return description


class NewFeedbackIn(BaseModel):
    """A report, with the names of Open311 GeoReport v2 where it has them."""

    service_code: Literal["report", "suggestion"] = "report"
    description: Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_said)]
    address_string: str = Field(default="", max_length=500)
    occurred: str = Field(default="", max_length=200)
    phone: str | None = Field(default=None, max_length=20)
    email: str | None = Field(default=None, max_length=254)
    lat: float | None = Field(default=None, ge=-90, le=90)
    long: float | None = Field(default=None, ge=-180, le=180)
    public_consent: bool | None = None
    """Whether the citizen agrees that the case is shown to the public once it is answered, without personal data."""


class FeedbackReceipt(BaseModel):
    """What the citizen keeps."""

    tracking_code: str
    due: dt.date


class FeedbackStep(BaseModel):
    """One step of a case, with what the citizen was told."""

    step: str
    at: dt.datetime
    note: str


class FeedbackStatus(BaseModel):
    """The public state of a case."""

    tracking_code: str
    service_code: str
    status: Literal["open", "closed"]
    state: str
    status_notes: str
    requested: dt.date
    due: dt.date
    overdue: bool
    agency: str
    waiting_for_citizen: bool
    answer: str
    history: list[FeedbackStep]
    demonstration: bool


class DossierHistory(BaseModel):
    """One change of state."""

    state: int
    label: str
    at: dt.datetime
    note: str


class DossierStatus(BaseModel):
    """A dossier, for the person it belongs to."""

    code: str
    procedure_code: str
    procedure_name: str
    agency: str
    state: int
    label: str
    submitted: dt.date
    promised: dt.date | None
    finished: dt.date | None
    missing: list[str]
    note: str
    fee_due: int | None
    fee_for: str
    fee_paid: int | None
    due: dt.date | None
    late: bool | None
    overdue: bool
    history: list[DossierHistory]
    demonstration: bool


class WrongPair(ApiError):
    """Unknown code and wrong digits look the same."""

    status = 404
    code = "not_found"
    message = "Mã hồ sơ hoặc 4 số cuối chưa khớp. Anh/chị kiểm tra lại giấy tiếp nhận hồ sơ rồi thử lại ạ."


class Locked(TooMany):
    """Too many wrong pairs."""

    code = "locked"
    message = "Anh/chị đã nhập chưa khớp nhiều lần. Anh/chị thử lại sau ít phút ạ."


@router.post("/feedback", status_code=201)
async def file(
    new: NewFeedbackIn,
    session: SessionDependency,
    idempotency_key: Annotated[str | None, Header(max_length=64)] = None,
) -> FeedbackReceipt:
    """Files a report; the same report with the same ``Idempotency-Key`` is filed once.

    Another report under a key that was used before, perhaps by somebody else, is another case.
    """
    filed = await feedback.file_feedback(
        session,
        feedback.NewFeedback(
            kind=new.service_code,
            what=new.description,
            where=new.address_string,
            when=new.occurred,
            contact=new.phone or new.email,
            latitude=new.lat,
            longitude=new.long,
            public_consent=new.public_consent,
            message_id=_once(idempotency_key, new) if idempotency_key else None,
        ),
    )
    return FeedbackReceipt(tracking_code=filed.tracking_code, due=filed.due_on)


def _once(key: str, new: NewFeedbackIn) -> str:
    """What is filed once. The contact has no part in it: a hash beside the other words would tell it."""
    said = new.model_dump_json(exclude={"phone", "email"}).encode()
    return f"key:{key}:{hashlib.sha256(said).hexdigest()}"


@router.get("/feedback/{tracking_code}")
async def follow(tracking_code: str, session: SessionDependency) -> FeedbackStatus:
    """The state of a case by its tracking code."""
    case = await feedback.find_feedback(session, tracking_code)
    if case is None:
        raise NotFound("Không có phản ánh nào mang mã này. Anh/chị kiểm tra lại mã (dạng PA-XXXX-XXXX) ạ.")
    return FeedbackStatus(
        tracking_code=case.tracking_code,
        service_code=case.kind,
        status="open" if case.state in OPEN else "closed",
        state=case.state.label,
        status_notes=case.note,
        requested=case.filed_on,
        due=case.due_on,
        overdue=case.overdue,
        agency=case.agency,
        waiting_for_citizen=case.waiting_for_citizen,
        answer=case.answer,
        history=[FeedbackStep(step=entry.step.label, at=entry.at, note=entry.note) for entry in case.timeline],
        demonstration=case.demonstration,
    )


@router.get("/dossiers/{code}")
async def dossier(
    code: str,
    verify: Annotated[str, Query(pattern=r"^[0-9]{4}$")],
    database: DatabaseDependency,
    network: NetworkDependency,
) -> DossierStatus:
    """A dossier, for whoever knows its code and the last four digits of the phone or identity number on file."""
    found = await dossiers.look_up(database, code, verify, Asker(network=network))
    if isinstance(found, dossiers.Locked):
        raise Locked
    if isinstance(found, dossiers.Refused):
        raise WrongPair
    history = [
        DossierHistory(state=entry.state, label=entry.state.label, at=entry.at, note=entry.note)
        for entry in found.history
    ]
    return DossierStatus(
        code=found.code,
        procedure_code=found.procedure_code,
        procedure_name=found.procedure_name,
        agency=found.agency,
        state=found.state,
        label=found.state.label,
        submitted=found.submitted_on,
        promised=found.promised_on,
        finished=found.finished_on,
        missing=list(found.missing),
        note=found.note,
        fee_due=found.fee_due,
        fee_for=found.fee_for,
        fee_paid=found.fee_paid,
        due=found.due_on,
        late=found.late,
        overdue=found.overdue,
        history=history,
        demonstration=found.demonstration,
    )
