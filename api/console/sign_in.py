"""Signing in with a local account: password, second factor, and what the first time asks for."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated
from urllib.parse import unquote, urlsplit

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.console.access import Current, at_stage, forget, remember
from api.console.pages import go, render
from api.dependencies import DatabaseDependency, SettingsDependency
from records.database import Database
from records.staff import accounts, sessions
from records.staff.sessions import SignedIn, Stage

router = APIRouter(prefix="/sign-in")

AtCode = Annotated[SignedIn, Depends(at_stage(Stage.CODE))]
AtPassword = Annotated[SignedIn, Depends(at_stage(Stage.PASSWORD))]
AtEnrolment = Annotated[SignedIn, Depends(at_stage(Stage.ENROL))]
Text = Annotated[str, Form(max_length=200)]
_STRENGTHS = ("rất dễ đoán", "dễ đoán", "còn dễ đoán", "khó đoán", "rất khó đoán")
_WRONG_CODE = "Mã chưa đúng hoặc đã dùng. Anh/chị chờ mã mới trên điện thoại rồi nhập lại."


def inside(path: str) -> str:
    """``path`` when it leads to a page of the console, else its front page: nobody is sent elsewhere from here."""
    wanted = unquote(urlsplit(path).path)
    return wanted if wanted.startswith("/console/") and "//" not in wanted and "\\" not in wanted else "/console/"


@router.get("")
async def sign_in_page(request: Request, settings: SettingsDependency, next: str = "") -> Response:  # noqa: A002
    """Asks for name and password."""
    return render(request, "sign_in.html", next=inside(next), single_sign_on=bool(settings.oidc_issuer))


@router.post("")
async def sign_in(
    request: Request,
    database: DatabaseDependency,
    settings: SettingsDependency,
    login: Text,
    password: Text,
    next: Text = "",  # noqa: A002
) -> Response:
    """Takes name and password; what comes next depends on the account."""
    async with database.session() as session:
        member = await accounts.check_password(session, login, password)
        signed_in = await sessions.start(session, member, request.headers.get("user-agent", "")) if member else None
    if signed_in is None:
        error = str(accounts.SignInRefused())
        context = {"next": inside(next), "single_sign_on": bool(settings.oidc_issuer), "login": login, "error": error}
        return render(request, "sign_in.html", 401, **context)
    response = RedirectResponse(inside(next), 303)
    remember(response, signed_in, settings)
    return response


@router.get("/code")
async def code_page(request: Request, _: AtCode, next: str = "") -> Response:  # noqa: A002
    """Asks for the second factor."""
    return render(request, "sign_in_code.html", next=inside(next))


@router.post("/code")
async def code(
    request: Request,
    signed_in: AtCode,
    database: DatabaseDependency,
    settings: SettingsDependency,
    code: Text,
    next: Text = "",  # noqa: A002
) -> Response:
    """Takes the second factor; a new session begins with it."""
    async with database.session() as session:
        member = await accounts.by_login(session, signed_in.member.login)
        right = member is not None and accounts.check_second_factor(session, member, code)
        after = await sessions.advance(session, signed_in, second_factor=True) if right else None
        locked = member is not None and accounts.is_locked(member)
        if locked and member is not None:
            await sessions.end(session, member.id, only=signed_in.session.id)
    if locked:
        return render(request, "sign_in.html", 401, next=inside(next), error=str(accounts.SignInRefused()))
    if after is None:
        return render(request, "sign_in_code.html", 401, next=inside(next), error=_WRONG_CODE)
    response = RedirectResponse(inside(next), 303)
    remember(response, after, settings)
    return response


@router.get("/password")
async def password_page(request: Request, _: AtPassword) -> Response:
    """Asks for a password of one's own in place of the first one."""
    return render(request, "first_password.html")


@router.post("/password")
async def password(
    request: Request,
    signed_in: AtPassword,
    database: DatabaseDependency,
    settings: SettingsDependency,
    old: Text,
    new: Text,
) -> Response:
    """Takes the new password; a new session begins with it."""
    error, after = await change_password(database, signed_in, old, new)
    if after is None:
        return render(request, "first_password.html", 422, error=error)
    response = go("/")
    remember(response, after, settings)
    return response


@router.post("/password/strength")
async def strength(
    request: Request, signed_in: Annotated[SignedIn, Depends(at_stage(Stage.PASSWORD, Stage.FULL))], new: Text = ""
) -> Response:
    """How hard the password that is being typed is to guess."""
    grade = accounts.hardness(signed_in.member, new)
    return render(
        request,
        "password_strength.html",
        grade=grade,
        enough=accounts.HARD_ENOUGH,
        said=_STRENGTHS[grade],
        shortest=accounts.SHORTEST_PASSWORD if len(new) < accounts.SHORTEST_PASSWORD else None,
    )


@router.get("/second-factor")
async def enrolment_page(request: Request, signed_in: AtEnrolment) -> Response:
    """Shows the secret for an authenticator app."""
    return _enrolment(request, signed_in, accounts.new_second_factor())


@router.post("/second-factor")
async def enrol(
    request: Request,
    signed_in: AtEnrolment,
    database: DatabaseDependency,
    settings: SettingsDependency,
    secret: Annotated[str, Form(pattern="^[A-Z2-7]{32}$")],
    code: Text,
) -> Response:
    """Takes the first code of the app; a new session begins with it."""
    after, error = None, ""
    async with database.session() as session:
        member = await accounts.by_login(session, signed_in.member.login)
        try:
            assert member is not None
            accounts.set_second_factor(session, member, secret, code)
            after = await sessions.advance(session, SignedIn(member, signed_in.session, ""), second_factor=True)
        except accounts.StaffError as refused:
            error = str(refused)
    if after is None:
        return _enrolment(request, signed_in, secret, error)
    response = go("/")
    remember(response, after, settings)
    return response


@router.post("/out")
async def sign_out(signed_in: Current, database: DatabaseDependency, settings: SettingsDependency) -> Response:
    """Ends the session."""
    if signed_in is not None:
        async with database.session() as session:
            await sessions.end(session, signed_in.member.id, only=signed_in.session.id)
    response = go("/sign-in")
    forget(response, settings)
    return response


async def change_password(database: Database, signed_in: SignedIn, old: str, new: str) -> tuple[str, SignedIn | None]:
    """Changes the password and ends all other sessions. Returns what is wrong, or the new session."""
    async with database.session() as session:
        member = await accounts.by_login(session, signed_in.member.login)
        assert member is not None
        try:
            accounts.set_password(member, old, new)
        except accounts.StaffError as refused:
            return str(refused), None
        await sessions.end(session, member.id, but=signed_in.session.id)
        known = SignedIn(member, signed_in.session, "")
        return "", await sessions.advance(session, known, second_factor=signed_in.session.second_factor)


def _enrolment(request: Request, signed_in: SignedIn, secret: str, error: str = "") -> Response:
    picture = BytesIO()
    segno.make(accounts.second_factor_uri(signed_in.member, secret)).save(
        picture, kind="svg", scale=5, xmldecl=False, svgns=True, omitsize=False, nl=False
    )
    return render(
        request,
        "second_factor.html",
        422 if error else 200,
        secret=secret,
        groups=[secret[start : start + 4] for start in range(0, len(secret), 4)],
        picture=picture.getvalue().decode(),
        error=error,
    )
