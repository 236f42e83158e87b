"""Ready-made replies, kept by leads."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.console.access import Lead
from api.console.pages import go, render, taken
from api.dependencies import DatabaseDependency
from records.database import Database
from records.staff import replies

router = APIRouter(prefix="/replies")


@router.get("")
async def replies_page(request: Request, _: Lead, database: DatabaseDependency) -> Response:
    """Lists the replies."""
    return await _replies(request, database)


@router.post("")
async def save_reply(
    request: Request,
    signed_in: Lead,
    database: DatabaseDependency,
    shortcut: Annotated[str, Form(max_length=31)],
    text: Annotated[str, Form(max_length=3000)],
) -> Response:
    """Adds a reply, or changes the one with that shortcut."""
    try:
        async with database.session() as session:
            await replies.save(session, signed_in.member, shortcut, text)
    except replies.ReplyRefused as error:
        return await _replies(request, database, 422, error=str(error), draft=(shortcut, text))
    return go(taken("/replies"))


@router.post("/{reply_id}/remove")
async def remove_reply(_: Lead, database: DatabaseDependency, reply_id: int) -> Response:
    """Takes a reply away."""
    async with database.session() as session:
        await replies.remove(session, reply_id)
    return go("/replies")


async def _replies(
    request: Request,
    database: Database,
    status_code: int = 200,
    *,
    error: str = "",
    draft: tuple[str, str] = ("", ""),
) -> Response:
    async with database.session() as session:
        found = await replies.everything(session)
    return render(
        request, "replies.html", status_code, replies=found, variables=replies.VARIABLES, error=error, draft=draft
    )
