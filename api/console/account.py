"""One's own account: the password, and the browsers that are signed in."""

from __future__ import annotations

from typing import Annotated

import ua_parser
from fastapi import APIRouter, Form, Request, Response

from api.console.access import SignedInFully, remember
from api.console.pages import go, render
from api.console.sign_in import Text, change_password
from api.dependencies import DatabaseDependency, SettingsDependency
from records.database import Database
from records.staff import sessions
from records.staff.permissions import Permission, permissions_of
from records.staff.sessions import SignedIn

router = APIRouter()

_HOMES = {
    Permission.READ_INBOX: "/inbox",
    Permission.EDIT_KNOWLEDGE: "/knowledge",
    Permission.READ_FIGURES: "/figures",
    Permission.MANAGE_STAFF: "/members",
}
"""Where the work of whoever may do this begins, the most urgent kind first."""


@router.get("/")
async def home(signed_in: SignedInFully) -> Response:
    """Leads to the page where somebody's work begins."""
    given = permissions_of(signed_in.member)
    return go(next((page for permission, page in _HOMES.items() if permission in given), "/account"))


@router.get("/account")
async def account_page(request: Request, signed_in: SignedInFully, database: DatabaseDependency) -> Response:
    """Shows the account and its sessions."""
    return await _account(request, signed_in, database)


@router.post("/account/password")
async def new_password(
    request: Request,
    signed_in: SignedInFully,
    database: DatabaseDependency,
    settings: SettingsDependency,
    old: Text,
    new: Text,
) -> Response:
    """Changes the password; all other browsers are signed out."""
    error, after = await change_password(database, signed_in, old, new)
    if after is None:
        return await _account(request, signed_in, database, error)
    response = go("/account")
    remember(response, after, settings)
    return response


@router.post("/account/sessions/end")
async def end_sessions(
    signed_in: SignedInFully, database: DatabaseDependency, session_id: Annotated[int | None, Form()] = None
) -> Response:
    """Ends one of one's sessions, or all but the present one."""
    async with database.session() as session:
        but = signed_in.session.id if session_id is None else None
        await sessions.end(session, signed_in.member.id, only=session_id, but=but)
    return go("/account")


async def _account(request: Request, signed_in: SignedIn, database: Database, error: str = "") -> Response:
    async with database.session() as session:
        found = await sessions.of_member(session, signed_in.member.id)
    status = 422 if error else 200
    shown = {"sessions": found, "current": signed_in.session.id, "browser_name": _browser_name}
    return render(request, "account.html", status, error=error, **shown)


def _browser_name(sent: str) -> str:
    """``Chrome trên Windows`` for what a browser says of itself."""
    known = ua_parser.parse(sent)
    browser, system = (part.family if part else "" for part in (known.user_agent, known.os))
    return " trên ".join(filter(None, (browser, system))) or "Không rõ trình duyệt"
