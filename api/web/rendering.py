"""How every web page is sent: its template, its files, and the headers that protect it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates

from api.web.assets import Assets

_FOLDER = Path(__file__).parent
assets = Assets(_FOLDER / "static")
_templates = Jinja2Templates(_FOLDER / "templates")
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True

_CHAT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' blob:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
_PLAIN = {**_CHAT, "script-src": "'none'", "connect-src": "'none'", "img-src": "'self'", "form-action": "'self'"}
_HEADERS = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def render_chat(request: Request, context: Mapping[str, Any]) -> Response:
    """The chat page, the only one with scripts."""
    return _render(request, "chat.html", context, _CHAT, 200, {})


def render_plain(
    request: Request, template: str, context: Mapping[str, Any], *, status: int = 200, private: bool = False
) -> Response:
    """A page without scripts, whose forms lead back here; a ``private`` one is kept and found by nobody."""
    extra = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"} if private else {}
    return _render(request, template, context, _PLAIN, status, extra)


def _render(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    policy: Mapping[str, str],
    status: int,
    extra: Mapping[str, str],
) -> Response:
    headers = {**_HEADERS, "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in policy.items()), **extra}
    full = {**context, "static": f"/static/web/{assets.version}"}
    return _templates.TemplateResponse(request, template, full, status_code=status, headers=headers)
