"""The call-back list: who was promised to be called until when, who calls, how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.access import Converser
from api.console.pages import go, render, taken
from api.dependencies import DatabaseDependency
from records.database import Database
from records.privacy.masking import masked
from records.staff import call_backs
from records.staff.call_backs import CallBackRefused
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/call-backs")


@router.get("")
async def call_backs_page(request: Request, signed_in: Converser, database: DatabaseDependency) -> Response:
    """Shows the list."""
    return await _list(request, signed_in, database, "call_backs.html")


@router.get("/list")
async def call_backs_list(request: Request, signed_in: Converser, database: DatabaseDependency) -> Response:
    """The part of it that changes by itself."""
    return await _list(request, signed_in, database, "call_backs_list.html")


@router.post("/{call_back_id}/take")
async def take_call_back(
    request: Request, signed_in: Converser, database: DatabaseDependency, call_back_id: int
) -> Response:
    """Takes one over and shows its number."""
    return await _do(request, signed_in, database, lambda s: call_backs.take(s, signed_in.member, call_back_id))


@router.post("/{call_back_id}/leave")
async def leave_call_back(
    request: Request, signed_in: Converser, database: DatabaseDependency, call_back_id: int
) -> Response:
    """Gives one back to the others."""
    return await _do(request, signed_in, database, lambda s: call_backs.leave(s, signed_in.member, call_back_id))


@router.post("/{call_back_id}/finish")
async def finish_call_back(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    call_back_id: int,
    result: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Notes how the call went."""
    return await _do(
        request, signed_in, database, lambda s: call_backs.finish(s, signed_in.member, call_back_id, result)
    )


async def _do(
    request: Request, signed_in: SignedIn, database: Database, step: Callable[[AsyncSession], Awaitable[None]]
) -> Response:
    try:
        async with database.session() as session:
            await step(session)
    except CallBackRefused as error:
        return await _list(request, signed_in, database, "call_backs.html", status=409, error=str(error))
    return go(taken("/call-backs"))


async def _list(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    template: str,
    *,
    status: int = 200,
    error: str = "",
) -> Response:
    async with database.session() as session:
        found = await call_backs.waiting(session)
        numbers = {
            call_back.id: call_backs.number(session, call_back)
            for call_back, _, _ in found
            if call_back.staff_id == signed_in.member.id
        }
    return render(
        request,
        template,
        status,
        found=found,
        numbers=numbers,
        now=dt.datetime.now(dt.UTC),
        masked=masked,
        error=error,
    )
