"""Who was promised to be called until when, and what messages were left; who sees to it, how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.access import Converser
from api.console.pages import go, render, taken
from api.console.recordings import lines_of
from api.dependencies import DatabaseDependency
from records.database import Database
from records.models import CallBack
from records.privacy.masking import masked
from records.staff import accounts, call_backs, presence
from records.staff.call_backs import CallBackRefused
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/call-backs")

LINES = {
    "call_back": "/call-backs?at=call_back:{0}#call-back-{0}",
    "voice_mail": "/call-backs?at=voice_mail:{0}#voice-mail-{0}",
}
"""Where on the page each kind of work is done, by its id."""


@router.get("")
async def call_backs_page(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    at: Annotated[str, Query(pattern=r"^((call_back|voice_mail):\d{1,18})?$")] = "",
) -> Response:
    """Shows the list; the others see that the line ``at`` is being looked at."""
    return await _list(request, signed_in, database, "call_backs.html", at=at)


@router.get("/list")
async def call_backs_list(request: Request, signed_in: Converser, database: DatabaseDependency) -> Response:
    """The part of it that changes by itself."""
    return await _list(request, signed_in, database, "call_backs_list.html")


@router.post("/{call_back_id}/take")
async def take_call_back(
    request: Request, signed_in: Converser, database: DatabaseDependency, call_back_id: int
) -> Response:
    """Takes one over and shows its number."""
    there = LINES["call_back"].format(call_back_id)
    return await do(
        request, signed_in, database, lambda s: call_backs.take(s, signed_in.member, CallBack, call_back_id), there
    )


@router.post("/{call_back_id}/hand")
async def hand_call_back(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    call_back_id: int,
    colleague: Annotated[str, Form(max_length=200)],
) -> Response:
    """Gives one to a colleague."""
    return await do(
        request, signed_in, database, lambda s: call_backs.hand(s, signed_in.member, CallBack, call_back_id, colleague)
    )


@router.post("/{call_back_id}/leave")
async def leave_call_back(
    request: Request, signed_in: Converser, database: DatabaseDependency, call_back_id: int
) -> Response:
    """Gives one back to the others."""
    return await do(
        request, signed_in, database, lambda s: call_backs.leave(s, signed_in.member, CallBack, call_back_id)
    )


@router.post("/{call_back_id}/finish")
async def finish_call_back(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    call_back_id: int,
    result: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Notes how the call went."""
    return await do(
        request, signed_in, database, lambda s: call_backs.finish(s, signed_in.member, CallBack, call_back_id, result)
    )


async def do(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    step: Callable[[AsyncSession], Awaitable[None]],
    then: str = "",
) -> Response:
    """One step, then the list, or the line of it ``then``; what was refused is said on it."""
    try:
        async with database.session() as session:
            await step(session)
    except CallBackRefused as error:
        return await _list(request, signed_in, database, "call_backs.html", status=409, error=str(error))
    return go(then or taken("/call-backs"))


async def _list(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    template: str,
    *,
    status: int = 200,
    error: str = "",
    at: str = "",
) -> Response:
    async with database.session() as session:
        found = await call_backs.waiting(session)
        messages = await call_backs.messages(session)
        lists = {"call_back": found, "voice_mail": messages}
        numbers, heard = (
            {work.id: call_backs.number(session, work) for work, _, _ in listed if work.staff_id == signed_in.member.id}
            for listed in lists.values()
        )
        subjects = [f"{kind}:{work.id}" for kind, listed in lists.items() for work, _, _ in listed]
        watchers = await presence.watchers(session, subjects, but=signed_in.member.id)
        colleagues = await accounts.workers(session, [], callers=True)
    lines = {
        message.id: lines_of(message.transcript, opened=message.id in heard)
        for message, _, _ in messages
        if message.transcript is not None
    }
    return render(
        request,
        template,
        status,
        found=found,
        numbers=numbers,
        messages=messages,
        heard=heard,
        lines=lines,
        now=dt.datetime.now(dt.UTC),
        watchers=watchers,
        colleagues=colleagues,
        at=at,
        masked=masked,
        error=error,
    )
