"""Who asks: the session behind the cookie, the permission that a route needs, and proof that the form is ours."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.responses import Response

from api.dependencies import DatabaseDependency
from api.errors import Forbidden
from api.settings import Settings
from records.staff import sessions
from records.staff.permissions import Permission, permissions_of
from records.staff.sessions import SignedIn, Stage

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):
    """Nobody is signed in, or not all the way: ``stage`` says what is missing, if anybody is."""

    def __init__(self, stage: Stage | None) -> None:
        super().__init__(stage)
        self.stage = stage


class FormRefused(Forbidden):
    """A form that did not come from a page of this session."""

    message = (
        "Trang này đã cũ hoặc được gửi từ nơi khác. Anh/chị tải lại trang rồi gửi lại; nội dung đang soạn vẫn còn."
    )


class NotAllowed(Forbidden):
    """Signed in, but not for this."""

    message = "Tài khoản của anh/chị không có quyền dùng chức năng này. Cần quyền, anh/chị đề nghị người quản trị."


def cookie_name(settings: Settings) -> str:
    """The session cookie; over https browsers keep it to this very host."""
    return "__Host-motcua-console" if _https(settings) else "motcua-console"


def remember(response: Response, signed_in: SignedIn, settings: Settings) -> None:
    """Puts the session's token into the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        cookie_name(settings),
        signed_in.token,
        max_age=int(sessions.LONGEST.total_seconds()),
        path="/",
        secure=_https(settings),
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, settings: Settings) -> None:
    """Takes the token out of the browser."""
    response.delete_cookie(cookie_name(settings), path="/", secure=_https(settings), httponly=True, samesite="lax")


async def current(request: Request, database: DatabaseDependency) -> SignedIn | None:
    """The session behind the request, at whatever stage. What a page fetches by itself does not keep it alive."""
    token = request.cookies.get(cookie_name(request.app.state.settings))
    if not token:
        return None
    async with database.session() as session:
        found = await sessions.find(session, token, touch="HX-Request" not in request.headers)
    request.state.signed_in = found
    return found


Current = Annotated[SignedIn | None, Depends(current)]


async def check_form(request: Request, signed_in: Current) -> None:
    """Lets a changing request through only from a page of this site and session. Raises ``FormRefused``."""
    if request.method in SAFE:
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != request.headers.get("host")):
        raise FormRefused
    if signed_in is None:
        return
    given = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), signed_in.csrf.encode()):
        raise FormRefused


def at_stage(*stages: Stage) -> Callable[..., Awaitable[SignedIn]]:
    """A dependency: the session, at one of these stages. Raises ``SignInNeeded``."""

    async def session_at(signed_in: Current) -> SignedIn:
        if signed_in is None or signed_in.stage not in stages:
            raise SignInNeeded(signed_in.stage if signed_in else None)
        return signed_in

    return session_at


SignedInFully = Annotated[SignedIn, Depends(at_stage(Stage.FULL))]


def require(permission: Permission) -> Callable[..., Awaitable[SignedIn]]:
    """A dependency: the session of somebody who has ``permission``. Raises ``SignInNeeded`` and ``NotAllowed``."""

    async def permitted(signed_in: SignedInFully) -> SignedIn:
        if permission not in permissions_of(signed_in.member):
            raise NotAllowed
        return signed_in

    return permitted


Reader = Annotated[SignedIn, Depends(require(Permission.READ_INBOX))]
Converser = Annotated[SignedIn, Depends(require(Permission.CONVERSE))]
CaseWorker = Annotated[SignedIn, Depends(require(Permission.HANDLE_CASES))]
PersonalDataReader = Annotated[SignedIn, Depends(require(Permission.READ_PERSONAL_DATA))]
Lead = Annotated[SignedIn, Depends(require(Permission.LEAD))]
FigureReader = Annotated[SignedIn, Depends(require(Permission.READ_FIGURES))]
ReportDefiner = Annotated[SignedIn, Depends(require(Permission.DEFINE_REPORTS))]
ReportSigner = Annotated[SignedIn, Depends(require(Permission.SIGN_REPORTS))]
Editor = Annotated[SignedIn, Depends(require(Permission.EDIT_KNOWLEDGE))]
Auditor = Annotated[SignedIn, Depends(require(Permission.READ_AUDIT))]
Administrator = Annotated[SignedIn, Depends(require(Permission.MANAGE_STAFF))]


def _https(settings: Settings) -> bool:
    return settings.public_url.startswith("https:")
