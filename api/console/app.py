"""The console as an application of its own: its routes, its headers, its error pages."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse

from api.console import (
    account,
    audit_trail,
    call_backs,
    cases,
    conversation,
    figures,
    inbox,
    intent_pages,
    knowledge_pages,
    live,
    members,
    polls,
    publishing,
    ready_replies,
    recordings,
    reports,
    sign_in,
    single_sign_on,
    system_parts,
    upkeep,
    voice_mails,
)
from api.console.access import SAFE, SignInNeeded, check_form
from api.console.clear_sounds import ClearSounds
from api.console.headers import SecurityHeaders
from api.console.pages import assets, render
from api.errors import ApiError, NotFound, NotStorable, Unavailable
from api.settings import Settings
from records.staff.sessions import Stage

_STAGE_PAGES = {
    None: "/console/sign-in",
    Stage.CODE: "/console/sign-in/code",
    Stage.PASSWORD: "/console/sign-in/password",
    Stage.ENROL: "/console/sign-in/second-factor",
    Stage.FULL: "/console/",
}
_WAY_TO_PROVIDER_SECONDS = 600


def create_console(settings: Settings, secret: str, state: State) -> FastAPI:
    """The console. It shares ``state`` with the API; ``secret`` signs the cookie of the way to the provider."""
    console = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(check_form)], redirect_slashes=False
    )
    console.state = state
    state.sounds = ClearSounds()
    https = settings.public_url.startswith("https:")
    console.add_middleware(
        SessionMiddleware,
        secret_key=hmac.digest(secret.encode(), b"motcua console", hashlib.sha256).hex(),
        session_cookie="motcua-oidc",
        max_age=_WAY_TO_PROVIDER_SECONDS,
        path="/console/oidc",
        same_site="lax",
        https_only=https,
    )
    console.add_middleware(SecurityHeaders, https=https)
    for module in (
        sign_in,
        single_sign_on,
        account,
        audit_trail,
        members,
        inbox,
        live,
        conversation,
        cases,
        ready_replies,
        figures,
        reports,
        knowledge_pages,
        intent_pages,
        upkeep,
        call_backs,
        voice_mails,
        polls,
        publishing,
        recordings,
        system_parts,
    ):
        console.include_router(module.router)
    console.get("/static/{version}/{name:path}", name="static")(_static)
    _install_errors(console)
    return console


async def _static(version: str, name: str, request: Request) -> Response:
    response = assets.respond(name, request, version)
    if response is None:
        raise NotFound
    return response


def _install_errors(console: FastAPI) -> None:
    """Every error becomes a page that says what to do next, without anything from inside."""

    @console.exception_handler(SignInNeeded)
    def sign_in_needed(request: Request, error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        assert isinstance(error, SignInNeeded)
        page = _STAGE_PAGES[error.stage]
        back = request.url.path if request.method in SAFE else request.headers.get("referer", "")
        if "HX-Request" in request.headers:
            return Response(status_code=401, headers={"HX-Refresh": "true"})
        keeps_next = error.stage in (None, Stage.CODE)
        return RedirectResponse(f"{page}?next={quote(sign_in.inside(back))}" if keeps_next else page, 303)

    @console.exception_handler(ApiError)
    def api_error(request: Request, error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        assert isinstance(error, ApiError)
        return _page(request, error)

    @console.exception_handler(RequestValidationError)
    def invalid(request: Request, _: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        error = ApiError("Nội dung gửi lên chưa đủ hoặc chưa đúng. Anh/chị quay lại trang trước, kiểm tra rồi gửi lại.")
        error.status = 422
        return _page(request, error)

    @console.exception_handler(HTTPException)
    def http(request: Request, error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        assert isinstance(error, HTTPException)
        shown = NotFound() if error.status_code == 404 else ApiError()
        shown.status = error.status_code
        return _page(request, shown)

    @console.exception_handler(DataError)
    def not_storable(request: Request, _: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        return _page(request, NotStorable())

    @console.exception_handler(DBAPIError)
    @console.exception_handler(PoolTimeoutError)
    def database(request: Request, error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        structlog.get_logger().error("database failed", path=request.url.path, error=type(error).__name__)
        return _page(request, Unavailable())

    @console.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        structlog.get_logger().error("request failed", path=request.url.path, error=type(error).__name__)
        shown = Unavailable()
        shown.status = 500
        return _page(request, shown)


def _page(request: Request, error: ApiError) -> Response:
    return render(request, "error.html", error.status, message=error.message, status=error.status)
