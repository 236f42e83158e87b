"""Periodic reports: what is due and who is late, one report with its figures, its signature, its files."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.access import FigureReader, ReportDefiner, ReportSigner
from api.console.figures import HIDDEN_NOTE, cell_text, file_or_404, outside
from api.console.pages import go, render, taken
from api.console.sheets import FORMS, Sheet
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from records import agencies
from records.database import Database
from records.figures import reports
from records.figures.cases import OWN
from records.figures.cells import Cell
from records.figures.indicators import INDICATORS
from records.figures.periods import Every
from records.figures.reports import Due, ReportRefused, ReportState
from records.models import StaffMember
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/reports")

_ONE = "/{definition_id}/{agency_id}/{start}"


@router.get("")
async def reports_page(request: Request, signed_in: FigureReader, database: DatabaseDependency) -> Response:
    """What is due from whom, and how far it got."""
    return await _list(request, signed_in, database)


@router.get("/list")
async def reports_list(request: Request, signed_in: FigureReader, database: DatabaseDependency) -> Response:
    """The part of it that changes by itself."""
    return await _list(request, signed_in, database, template="reports_list.html")


@router.post("")
async def define_report(
    request: Request,
    signed_in: ReportDefiner,
    database: DatabaseDependency,
    name: Annotated[str, Form(max_length=120)],
    every: Annotated[Every, Form()],
    due_days: Annotated[int, Form()],
    indicators: Annotated[list[str] | None, Form()] = None,
    agency_ids: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """A new report that is due again and again."""
    given = name, indicators or [], every, due_days, agency_ids or []
    try:
        async with database.session() as session:
            await reports.define(session, signed_in.member, *given)
    except ReportRefused as error:
        return await _list(request, signed_in, database, status=422, error=str(error))
    return go("/reports")


@router.post("/{definition_id}/end")
async def end_report(_: ReportDefiner, database: DatabaseDependency, definition_id: int) -> Response:
    """The report is not due any more from the next period on."""
    async with database.session() as session:
        await reports.end(session, definition_id)
    return go("/reports")


@router.get(_ONE)
async def report_page(
    request: Request,
    signed_in: FigureReader,
    database: DatabaseDependency,
    definition_id: int,
    agency_id: int,
    start: dt.date,
) -> Response:
    """One report with its figures."""
    async with database.session() as session:
        due = await _due(session, signed_in.member, definition_id, agency_id, start)
        cells = await reports.figures(session, due)
    return _report(request, signed_in, due, cells)


@router.get(_ONE + "/download/{form}")
async def report_download(
    signed_in: FigureReader,
    database: DatabaseDependency,
    definition_id: int,
    agency_id: int,
    start: dt.date,
    form: str,
) -> Response:
    """The report as a file."""
    async with database.session() as session:
        due = await _due(session, signed_in.member, definition_id, agency_id, start)
        cells = await reports.figures(session, due)
    signature = [f"Ký: {due.report.signed_by}, {due.report.signed_at:%d/%m/%Y}"] if due.report else ["Chưa ký"]
    sheet = Sheet(
        due.title,
        [due.owner, f"Từ {due.period.start:%d/%m/%Y} đến {due.period.last:%d/%m/%Y}", *signature],
        ["Chỉ tiêu", "Số liệu", "Đơn vị"],
        [[INDICATORS[key].name, outside(key, cell), INDICATORS[key].unit] for key, cell in cells.items()],
        [
            *(f"{INDICATORS[key].name}: {INDICATORS[key].how}" for key in cells),
            HIDDEN_NOTE,
            *([f"Nhận xét: {due.report.note}"] if due.report and due.report.note else []),
        ],
    )
    return file_or_404(sheet, form, f"bao-cao-{due.key.replace('/', '-')}")


@router.post(_ONE + "/{step}")
async def report_step(
    request: Request,
    signed_in: ReportSigner,
    database: DatabaseDependency,
    definition_id: int,
    agency_id: int,
    start: dt.date,
    step: str,
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Signs the report, takes the signature back, or sends it."""
    member = signed_in.member
    async with database.session() as session:
        due = await _due(session, member, definition_id, agency_id, start)
        try:
            match step:
                case "sign":
                    await reports.sign(session, member, due, note)
                case "take-back":
                    await reports.take_back(session, member, due)
                case "send":
                    await reports.send(session, member, due)
                case _:
                    raise NotFound
        except ReportRefused as error:
            cells = await reports.figures(session, due)
            return _report(request, signed_in, due, cells, status=409, error=str(error), note=note)
    return go(taken(f"/reports/{due.key}"))


async def _due(session: AsyncSession, member: StaffMember, definition_id: int, agency_id: int, start: dt.date) -> Due:
    due = await reports.find(session, member, definition_id, agency_id, start)
    if due is None:
        raise NotFound
    return due


def _report(
    request: Request,
    signed_in: SignedIn,
    due: Due,
    cells: dict[str, Cell],
    *,
    status: int = 200,
    error: str = "",
    note: str = "",
) -> Response:
    return render(
        request,
        "report.html",
        status,
        due=due,
        cells=cells,
        indicators=INDICATORS,
        cell_text=cell_text,
        forms=list(FORMS),
        hidden_note=HIDDEN_NOTE,
        mine=signed_in.member.agency_id == (due.agency.id if due.agency else None),
        error=error,
        note=note,
    )


async def _list(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    *,
    template: str = "reports.html",
    status: int = 200,
    error: str = "",
) -> Response:
    async with database.session() as session:
        due = await reports.listing(session, signed_in.member)
        known = [listed.agency for listed in await agencies.listing(session)]
        defined = await reports.definitions(session)
    return render(
        request,
        template,
        status,
        due=due,
        late=[each for each in due if each.state is ReportState.LATE],
        ReportState=ReportState,
        definitions=defined,
        indicators=INDICATORS,
        every=list(Every),
        labels={each.value: each.label for each in Every},
        owners=[(0, OWN), *((agency.id, agency.name) for agency in known)],
        error=error,
    )
