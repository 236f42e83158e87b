"""Opinion polls: agencies are asked about a case, answer with a reason, and the office sees what they say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession

from api.console import cases
from api.console.access import CaseWorker, Reader
from api.console.pages import go, render, taken
from api.conversations import blocks
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from records import attachments, file_links
from records.attachments import AttachmentRefused
from records.database import Database
from records.feedback import categories
from records.feedback.life import CaseError
from records.privacy.masking import masked
from records.staff import polls, presence
from records.staff.polls import NewPoll
from records.staff.sessions import SignedIn

router = APIRouter()

_MOST_FILES = 5


@router.post("/cases/{code}/polls")
async def ask_agencies(
    request: Request,
    signed_in: CaseWorker,
    database: DatabaseDependency,
    code: str,
    question: Annotated[str, Form(max_length=4000)],
    options: Annotated[str, Form(max_length=2000)],
    days: Annotated[int, Form()],
    agency_ids: Annotated[list[int], Form(max_length=100)],
    files: Annotated[list[UploadFile] | None, File(max_length=_MOST_FILES)] = None,
) -> Response:
    """Asks agencies for their opinion on a case; ``options`` are a line each."""
    new = NewPoll(question, options.splitlines(), agency_ids, days)
    try:
        async with database.session() as session:
            case = await cases.reached(session, signed_in.member, code)
            poll = await polls.ask(session, case.tracking_code, signed_in.member, new)
            for file in (file for file in files or [] if file.filename):
                await attachments.upload(session, None, file.filename or "", blocks(file), poll_id=poll.id)
    except (CaseError, AttachmentRefused) as error:
        draft = ("poll", question)
        return await cases.show(request, signed_in, database, code, status=409, error=str(error), draft=draft)
    return go(taken(f"/cases/{case.tracking_code}"))


@router.get("/polls/{poll_id}")
async def poll_page(request: Request, signed_in: Reader, database: DatabaseDependency, poll_id: int) -> Response:
    """Shows a poll, to those who work on the case and to the agencies that are asked."""
    return await _page(request, signed_in, database, poll_id)


@router.get("/polls/{poll_id}/live")
async def poll_live(request: Request, signed_in: Reader, database: DatabaseDependency, poll_id: int) -> Response:
    """The part of the page that changes by itself."""
    return await _page(request, signed_in, database, poll_id, template="poll_live.html")


@router.post("/polls/{poll_id}/answer")
async def answer_poll(
    request: Request,
    signed_in: CaseWorker,
    database: DatabaseDependency,
    poll_id: int,
    choice: Annotated[int, Form()] = -1,
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Gives the answer of one's agency."""

    async def step(session: AsyncSession) -> None:
        await polls.answer(session, poll_id, signed_in.member, choice, reason)

    return await _take(step, request, signed_in, database, poll_id, draft=reason)


@router.post("/polls/{poll_id}/remind")
async def remind_agencies(
    request: Request, signed_in: CaseWorker, database: DatabaseDependency, poll_id: int
) -> Response:
    """Reminds the agencies that have not answered."""

    async def step(session: AsyncSession) -> None:
        await polls.remind(session, poll_id, signed_in.member)

    return await _take(step, request, signed_in, database, poll_id)


@router.post("/polls/{poll_id}/end")
async def end_poll(request: Request, signed_in: CaseWorker, database: DatabaseDependency, poll_id: int) -> Response:
    """Ends a poll before its deadline."""

    async def step(session: AsyncSession) -> None:
        await polls.end(session, poll_id, signed_in.member)

    return await _take(step, request, signed_in, database, poll_id)


async def _take(
    step: Callable[[AsyncSession], Awaitable[None]],
    request: Request,
    signed_in: SignedIn,
    database: Database,
    poll_id: int,
    *,
    draft: str = "",
) -> Response:
    await _visible(database, signed_in, poll_id)
    try:
        async with database.session() as session:
            await step(session)
    except CaseError as error:
        return await _page(request, signed_in, database, poll_id, status=409, error=str(error), draft=draft)
    return go(taken(f"/polls/{poll_id}"))


async def _visible(database: Database, signed_in: SignedIn, poll_id: int) -> polls.PollView:
    async with database.session() as session:
        view = await polls.find(session, poll_id)
    if view is None or not view.visible_to(signed_in.member):
        raise NotFound
    return view


async def _page(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    poll_id: int,
    *,
    template: str = "poll.html",
    status: int = 200,
    error: str = "",
    draft: str = "",
) -> Response:
    member = signed_in.member
    view = await _visible(database, signed_in, poll_id)
    subject = f"poll:{poll_id}"
    async with database.session() as session:
        watchers = (await presence.watchers(session, [subject], but=member.id)).get(subject, [])
    return render(
        request,
        template,
        status,
        view=view,
        poll=view.poll,
        case=view.case,
        own=view.of(member),
        asker=member.agency_id is None,
        category=categories.name_of(view.case.category),
        links=file_links.of(database.settings, view.files, str(member.id)),
        subject=subject,
        watchers=watchers,
        masked=masked,
        error=error,
        draft=draft,
    )
