"""Pages of the console: templates, what all of them are given, and how moments and states are worded."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.templating import Jinja2Templates
from starlette.responses import RedirectResponse, Response

from api.web.assets import Assets
from records.calendar import TIME_ZONE
from records.staff.permissions import Permission, permissions_of
from records.staff.sessions import SignedIn, Stage

_FOLDER = Path(__file__).parent
assets = Assets(_FOLDER / "static")
_templates = Jinja2Templates(_FOLDER / "templates")
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True

CHANNEL_NAMES = {
    "web": "Web",
    "telegram": "Telegram",
    "zalo": "Zalo",
    "voice": "Điện thoại",
    "api": "Hệ thống khác",
    "open311": "Open311",
}


def render(request: Request, template: str, status_code: int = 200, **context: Any) -> Response:
    """A page for whoever is signed in."""
    signed_in: SignedIn | None = getattr(request.state, "signed_in", None)
    full = signed_in is not None and signed_in.stage is Stage.FULL
    common = {
        "me": signed_in.member if signed_in else None,
        "csrf": signed_in.csrf if signed_in else "",
        "may": permissions_of(signed_in.member) if signed_in and full else frozenset[Permission](),
        "static": f"/console/static/{assets.version}",
        "path": request.url.path,
        "moment": moment,
        "distance": distance,
        "since": since,
        "channels": CHANNEL_NAMES,
        "Permission": Permission,
    }
    return _templates.TemplateResponse(request, template, {**common, **context}, status_code)


def packed(request: Request, page: Response) -> Response:
    """``page`` compressed where the browser takes that.

    Only for pages that show nothing that others can choose: beside the form's token it would tell that apart (BREACH).
    """
    page.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        page.body = gzip.compress(bytes(page.body))
        page.headers["Content-Encoding"] = "gzip"
        page.headers["Content-Length"] = str(len(page.body))
    return page


def go(path: str) -> Response:
    """Leads on to another page after a form was taken."""
    return RedirectResponse(f"/console{path}", 303)


def taken(path: str) -> str:
    """``path``, telling the page there that the text of the form before was taken and its draft can go."""
    return f"{path}?taken"


def moment(value: dt.datetime | None) -> str:
    """``14:05`` today, else with the day."""
    if value is None:
        return ""
    local, today = value.astimezone(TIME_ZONE), dt.datetime.now(TIME_ZONE).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%H:%M %d/%m}" if local.year == today.year else f"{local:%H:%M %d/%m/%Y}"


def distance(value: dt.datetime) -> str:
    """How far a moment is from now: ``còn 3 giờ``, ``trễ 2 ngày``."""
    seconds = (value - dt.datetime.now(dt.UTC)).total_seconds()
    return f"{'còn' if seconds >= 0 else 'trễ'} {_length(abs(seconds))}"


def since(value: dt.datetime) -> str:
    """How long ago a moment was: ``3 phút``."""
    return _length((dt.datetime.now(dt.UTC) - value).total_seconds())


def _length(seconds: float) -> str:
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return f"{minutes} phút"
    if minutes < 48 * 60:
        return f"{minutes // 60} giờ"
    return f"{minutes // (24 * 60)} ngày"
