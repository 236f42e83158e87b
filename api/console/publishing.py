"""A case on the public board: staff write what everybody may read, and take it down again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.console import cases
from api.console.access import CaseWorker
from api.console.pages import go, render, taken
from api.dependencies import DatabaseDependency
from records.database import Database
from records.feedback import categories, public
from records.feedback.life import CaseError
from records.models import Feedback
from records.privacy.masking import LABELS, kinds_in, masked
from records.staff.permissions import actor_of
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/cases/{code}/public")

type Wording = tuple[str, str, str]
"""Title, matter and answer as they stand on the board."""


@router.get("")
async def public_page(request: Request, signed_in: CaseWorker, database: DatabaseDependency, code: str) -> Response:
    """Shows what stands on the board, or a draft of it: the case's own words, masked."""
    return await _show(request, signed_in, database, code)


@router.post("")
async def publish_case(
    request: Request,
    signed_in: CaseWorker,
    database: DatabaseDependency,
    code: str,
    version: Annotated[int, Form()],
    title: Annotated[str, Form(max_length=200)] = "",
    what: Annotated[str, Form(max_length=4000)] = "",
    answer: Annotated[str, Form(max_length=10_000)] = "",
    checked: Annotated[bool, Form()] = False,
) -> Response:
    """Puts the case on the board. What looks like personal data is named, and goes there only when ``checked``."""
    wording = (title, what, answer)
    if not checked and (left := _personal(wording)):
        error = f"Bản đăng còn giống thông tin cá nhân: {left}. Anh/chị bỏ đi, hoặc đánh dấu đã kiểm tra rồi đăng."
        return await _show(request, signed_in, database, code, wording, status=409, error=error, found=True)
    try:
        async with database.session() as session:
            case = await cases.reached(session, signed_in.member, code)
            actor = actor_of(signed_in.member)
            await public.publish(
                session, case.tracking_code, actor, version=version, title=title, what=what, answer=answer
            )
    except CaseError as error:
        return await _show(request, signed_in, database, code, wording, status=409, error=str(error))
    return go(taken(f"/cases/{code}/public"))


@router.post("/withdraw")
async def withdraw_case(
    request: Request,
    signed_in: CaseWorker,
    database: DatabaseDependency,
    code: str,
    version: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Takes the case off the board."""
    try:
        async with database.session() as session:
            case = await cases.reached(session, signed_in.member, code)
            actor = actor_of(signed_in.member)
            await public.withdraw(session, case.tracking_code, actor, version=version, reason=reason)
    except CaseError as error:
        return await _show(request, signed_in, database, code, status=409, error=str(error))
    return go(taken(f"/cases/{code}/public"))


async def _show(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    code: str,
    wording: Wording | None = None,
    *,
    status: int = 200,
    error: str = "",
    found: bool = False,
) -> Response:
    async with database.session() as session:
        case = await cases.reached(session, signed_in.member, code)
    title, what, answer = wording or _draft(case)
    return render(
        request,
        "case_public.html",
        status,
        case=case,
        title=title,
        what=what,
        answer=answer,
        found=found,
        subject=f"feedback:{case.tracking_code}",
        error=error,
    )


def _draft(case: Feedback) -> Wording:
    if case.public_title:
        return case.public_title, case.public_what, case.public_answer
    return categories.name_of(case.category), masked(case.what), masked(case.answer)


def _personal(wording: Wording) -> str:
    """The kinds of personal data that the texts seem to hold, in words."""
    kinds = {kind for part in wording for _, _, kind in kinds_in(part)}
    return ", ".join(label for kind, label in LABELS.items() if kind in kinds)
