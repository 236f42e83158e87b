"""Signing in through the agency's own provider: OpenID Connect, authorization code with PKCE, by Authlib."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from fastapi import APIRouter, Request, Response
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.responses import RedirectResponse

from api.console.access import remember
from api.console.pages import render
from api.console.sign_in import inside
from api.dependencies import DatabaseDependency, SettingsDependency
from api.errors import NotFound
from api.settings import Settings
from records.staff import accounts, sessions

router = APIRouter(prefix="/oidc")

_NEXT = "motcua-next"

_REFUSED = (
    "Chưa đăng nhập được bằng tài khoản cơ quan. Anh/chị thử lại; nếu vẫn không được, đề nghị người quản trị kiểm tra "
    "tài khoản của anh/chị trên hệ thống này."
)


@router.get("/start")
async def start(request: Request, settings: SettingsDependency, next: str = "") -> Response:  # noqa: A002
    """Leads to the provider, and afterwards to ``next``."""
    provider = _provider(settings)
    request.session[_NEXT] = inside(next)
    try:
        return await provider.authorize_redirect(request, f"{settings.public_url}/console/oidc/callback")
    except (HTTPError, AuthlibBaseError) as error:
        return _refused(request, type(error).__name__)


@router.get("/callback")
async def callback(request: Request, settings: SettingsDependency, database: DatabaseDependency) -> Response:
    """Comes back from the provider; an account that an administrator made, and nothing else, is let in."""
    provider = _provider(settings)
    try:
        token = await provider.authorize_access_token(request)
    except (HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError) as error:
        return _refused(request, type(error).__name__)
    claims = token.get("userinfo") or {}
    subject, login = str(claims.get("sub", "")), str(claims.get(settings.oidc_login_claim, ""))
    async with database.session() as session:
        member = await accounts.by_single_sign_on(session, settings.oidc_issuer, subject, login) if subject else None
        if member is None:
            return _refused(request, "no such account")
        browser = request.headers.get("user-agent", "")
        signed_in = await sessions.start(session, member, browser, second_factor=True)
    response = RedirectResponse(inside(request.session.pop(_NEXT, "")), 303)
    remember(response, signed_in, settings)
    return response


def _provider(settings: Settings) -> StarletteOAuth2App:
    if not settings.oidc_issuer:
        raise NotFound
    provider = OAuth().register(
        "agency",
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10},
    )
    assert provider is not None
    return provider


def _refused(request: Request, reason: str) -> Response:
    structlog.get_logger().warning("single sign-on refused", reason=reason)
    return render(request, "sign_in.html", 401, next="/console/", single_sign_on=True, error=_REFUSED)
