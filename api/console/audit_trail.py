"""The audit trail as a page: who did what to which subject, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.console.access import Auditor
from api.console.pages import render
from api.dependencies import DatabaseDependency
from records import audit

router = APIRouter(prefix="/audit")

_PAGE = 100
Text = Annotated[str, Query(max_length=100)]


@router.get("")
async def audit_page(
    request: Request,
    _: Auditor,
    database: DatabaseDependency,
    subject: Text = "",
    actor: Text = "",
    action: Text = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """The newest entries first; of one subject, of one of staff by name, or of actions that begin alike."""
    wanted = audit.Wanted(subject.strip(), actor.strip(), action.strip())
    async with database.session() as session:
        found = await audit.newest(session, wanted, before=before, limit=_PAGE)
    more = found[-1].id if len(found) == _PAGE else None
    return render(request, "audit.html", entries=found, wanted=wanted, more=more)
