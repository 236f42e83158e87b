"""One case: where it stands, its story, and the steps on it."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.access import CaseWorker, PersonalDataReader, Reader
from api.console.case_steps import FORMS, Given, offered
from api.console.pages import go, render, taken
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from records import file_links
from records.database import Database
from records.feedback import categories
from records.feedback.answers import RATING_REASONS
from records.feedback.duplicates import similar_cases
from records.feedback.journal import by_code
from records.feedback.life import CaseError, FeedbackState, Step, steps_open_to
from records.feedback.notices import KIND_NAMES
from records.feedback.suggestions import suggest_agency, suggest_categories
from records.feedback.views import staff_view
from records.models import Agency, Feedback, StaffMember
from records.privacy.masking import masked
from records.staff import accounts, handovers, polls, presence
from records.staff.handovers import HandoverRefused
from records.staff.permissions import Permission, actor_of, permissions_of, reaches
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/cases/{code}")
_WHOLE = "case.html"
_SUGGESTED = 3
"""Categories, and cases that may be the same, that are suggested."""


@router.get("")
async def case_page(
    request: Request,
    signed_in: Reader,
    database: DatabaseDependency,
    code: str,
    merge_into: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Shows the case; with ``merge_into``, the form that merges it into that one is open and filled in."""
    return await show(request, signed_in, database, code, merge_into=merge_into)


@router.get("/live")
async def case_live(request: Request, signed_in: Reader, database: DatabaseDependency, code: str) -> Response:
    """The part of the page that changes by itself."""
    return await show(request, signed_in, database, code, template="case_live.html")


@router.post("/steps/{step}")
async def take_step(
    request: Request,
    signed_in: CaseWorker,
    database: DatabaseDependency,
    code: str,
    step: str,
    version: Annotated[int, Form()],
    text: Annotated[str, Form(max_length=10_000)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    target: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Takes one step; when somebody was faster, or the life of a case does not allow it, the page says so."""
    if step not in FORMS:
        raise NotFound
    try:
        async with database.session() as session:
            case = await reached(session, signed_in.member, code)
            if target and FORMS[step].target == "case":
                await reached(session, signed_in.member, target)
            given = Given(version, text, note, target)
            await FORMS[step].carry(session, case.tracking_code, actor_of(signed_in.member), given)
            still_theirs = reaches(signed_in.member, case)
    except CaseError as error:
        return await show(request, signed_in, database, code, status=409, error=str(error), draft=(step, text))
    return go(taken(f"/cases/{code}") if still_theirs else f"{taken('/inbox')}&handed_on={case.tracking_code}")


@router.post("/open")
async def open_personal_data(
    request: Request,
    signed_in: PersonalDataReader,
    database: DatabaseDependency,
    code: str,
    reason: Annotated[str, Form(max_length=300)],
) -> Response:
    """Shows what is personal in the case, and how to reach the citizen, with a reason that is kept."""
    try:
        async with database.session() as session:
            case = await reached(session, signed_in.member, code)
            await handovers.disclose(session, signed_in.member, f"feedback:{case.tracking_code}", reason)
    except HandoverRefused as error:
        return await show(request, signed_in, database, code, status=409, error=str(error))
    return go(f"/cases/{code}")


async def reached(session: AsyncSession, member: StaffMember, code: str) -> Feedback:
    """The case. Raises ``NotFound`` for one out of reach as for one that does not exist."""
    case = await by_code(session, code)
    if case is None or not reaches(member, case):
        raise NotFound
    return case


async def show(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    code: str,
    *,
    template: str = _WHOLE,
    status: int = 200,
    error: str = "",
    draft: tuple[str, str] = ("", ""),
    merge_into: str = "",
) -> Response:
    """The page of a case, or the part of it that ``template`` is; ``draft`` is a refused step and its text."""
    member = signed_in.member
    async with database.session() as session:
        case = await reached(session, member, code)
        view = await staff_view(session, case.tracking_code)
        subject = f"feedback:{case.tracking_code}"
        watchers = (await presence.watchers(session, [subject], but=member.id)).get(subject, [])
        disclosed = subject in await handovers.disclosed(session, member, [subject])
        agencies = (await session.execute(select(Agency.name).order_by(Agency.name))).scalars().all()
        colleagues = await accounts.workers(session, [case])
        asked = await polls.of_case(session, case.id)
        files = [file.name for file in view.attachments if file.name]
        aids = await _aids(session, member, case, files) if template == _WHOLE else {}
    personal = Permission.READ_PERSONAL_DATA in permissions_of(member)
    working = Permission.HANDLE_CASES in permissions_of(member)
    main, more = offered(case, actor_of(member), linked=bool(view.links)) if working else ({}, {})
    opened = personal and (disclosed or case.handler_id == str(member.id))
    return render(
        request,
        template,
        status,
        view=view,
        case=case,
        state=FeedbackState(case.state),
        step_labels={step.value: step.label for step in Step},
        kind=KIND_NAMES[case.kind],
        category=categories.name_of(case.category),
        categories=categories.read(),
        rating_reasons=RATING_REASONS,
        masked=masked,
        main=main,
        more=more,
        merge_into=merge_into,
        agencies=agencies,
        polls=asked,
        may_ask=working and Step.POLL in steps_open_to(FeedbackState(case.state), actor_of(member).kind),
        most_days=polls.MOST_DAYS,
        colleagues=colleagues,
        late=case.paused_at is None and case.due_at < dt.datetime.now(dt.UTC),
        opened=opened,
        shown=str if opened else masked,
        links=file_links.of(database.settings, view.attachments, str(member.id)) if opened else {},
        disclosed=disclosed and personal,
        contact=database.vault.decrypt(case.contact) if case.contact and disclosed and personal else "",
        subject=subject,
        watchers=watchers,
        error=error,
        draft=draft,
        **aids,
    )


async def _aids(session: AsyncSession, member: StaffMember, case: Feedback, files: list[str]) -> dict[str, Any]:
    """What helps with the steps, which the part of the page that changes by itself does not show."""
    suggested = (await asyncio.to_thread(suggest_categories, case.what, case.where, files))[:_SUGGESTED]
    likely = categories.read()[case.category] if case.category else suggested[0].category
    return {
        "suggested": suggested,
        "suggested_agency": suggest_agency(likely, case.what, case.where),
        "similar": [each for each in await similar_cases(session, case) if reaches(member, each.case)][:_SUGGESTED],
        "askable": await polls.askable(session),
    }
