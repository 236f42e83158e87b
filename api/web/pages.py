"""The web chat: one page, and the files it is made of."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.conversations import GREETING, GREETING_BUTTONS
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from api.turns import LONGEST_TEXT
from api.web.rendering import assets, render_chat

router = APIRouter(include_in_schema=False)


@router.get("/")
async def chat(request: Request, database: DatabaseDependency) -> Response:
    """The chat page; outside production it says that the dossiers and cases in it are invented."""
    context = {
        "demonstration": database.settings.environment != "production",
        "greeting": GREETING,
        "buttons": GREETING_BUTTONS,
        "longest_text": LONGEST_TEXT,
    }
    return render_chat(request, context)


@router.get("/static/web/{version}/{name:path}")
async def static(version: str, name: str, request: Request) -> Response:
    """A file of the page. Raises ``NotFound``."""
    return _found(assets.respond(name, request, version))


@router.get("/favicon.ico")
async def favicon(request: Request) -> Response:
    """The icon that browsers ask for of their own accord."""
    return _found(assets.respond("favicon.ico", request))


def _found(response: Response | None) -> Response:
    if response is None:
        raise NotFound
    return response
