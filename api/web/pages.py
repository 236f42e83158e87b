"""The web chat: one page, and the files it is made of."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates

from api.conversations import GREETING, GREETING_BUTTONS
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from api.turns import LONGEST_TEXT
from api.web.assets import Assets

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parent
_assets = Assets(_FOLDER / "static")
_templates = Jinja2Templates(_FOLDER / "templates")
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@router.get("/")
async def chat(request: Request, database: DatabaseDependency) -> Response:
    """The chat page; outside production it says that the dossiers and cases in it are invented."""
    context = {
        "demonstration": database.settings.environment != "production",
        "greeting": GREETING,
        "buttons": GREETING_BUTTONS,
        "longest_text": LONGEST_TEXT,
        "static": f"/static/web/{_assets.version}",
    }
    return _templates.TemplateResponse(request, "chat.html", context, headers=_HEADERS)


@router.get("/static/web/{version}/{name:path}")
async def static(version: str, name: str, request: Request) -> Response:
    """A file of the page. Raises ``NotFound``."""
    return _found(_assets.respond(name, request, version))


@router.get("/favicon.ico")
async def favicon(request: Request) -> Response:
    """The icon that browsers ask for of their own accord."""
    return _found(_assets.respond("favicon.ico", request))


def _found(response: Response | None) -> Response:
    if response is None:
        raise NotFound
    return response
