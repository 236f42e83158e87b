"""The catalogue as editors keep it: what each import changed, and what is out of date."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.console.access import Editor
from api.console.pages import render
from knowledge.outdated import Outdated, Reason, outdated
from knowledge.search import Knowledge
from knowledge.store import Catalogue
from records.calendar import TIME_ZONE

router = APIRouter(prefix="/knowledge")

_IMPORTS = 50
_CHANGES = 30
_LISTED = 100


@router.get("/imports")
async def imports_page(request: Request, _: Editor) -> Response:
    """The last imports, and how much each changed."""
    knowledge: Knowledge = request.app.state.knowledge
    found = await asyncio.to_thread(knowledge.catalogue.imports.newest, _IMPORTS)
    return render(request, "knowledge_imports.html", imports=found)


@router.get("/imports/changes")
async def import_page(
    request: Request,
    _: Editor,
    at: dt.datetime,
    source: Annotated[str, Query(max_length=20)],
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """What one import changed, procedure by procedure."""
    knowledge: Knowledge = request.app.state.knowledge
    imports = knowledge.catalogue.imports
    found = await asyncio.to_thread(imports.changes, source, at, after=after, limit=_CHANGES)
    more = found[-1].procedure.code if len(found) == _CHANGES else ""
    return render(request, "knowledge_import.html", changes=found, at=at, source=source, more=more)


@router.get("/outdated")
async def outdated_page(request: Request, _: Editor) -> Response:
    """What is out of force, or whose words are older than what they explain."""
    catalogue = request.app.state.knowledge.catalogue
    today = dt.datetime.now(TIME_ZONE).date()
    found = await asyncio.to_thread(_outdated, catalogue, catalogue.generation(), today)
    return render(request, "knowledge_outdated.html", found=found, most=_LISTED)


@lru_cache(maxsize=1)
def _outdated(catalogue: Catalogue, generation: int, today: dt.date) -> dict[Reason, list[Outdated]]:  # noqa: ARG001 - until it changes
    return {reason: list(entries) for reason, entries in outdated(catalogue, today).items()}
