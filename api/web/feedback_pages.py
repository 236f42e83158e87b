"""Pages about feedback that need no chat: one's own case by its code, and the board of answered cases."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import SessionDependency
from api.web.rendering import render_plain
from records.calendar import TIME_ZONE
from records.feedback import FeedbackView, canonical_tracking_code, categories, find_feedback
from records.feedback.life import OPEN, FeedbackState, Step
from records.feedback.notices import KIND_NAMES
from records.feedback.public import BoardFilter, board

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 20
_LAST_PAGE = 500
_GOOD_END = (FeedbackState.ANSWERED, FeedbackState.CLOSED)


@router.get("/theo-doi")
async def enter_code(request: Request, ma: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The form for a tracking code; a code leads to its page."""
    if ma.strip():
        return RedirectResponse(f"/theo-doi/{canonical_tracking_code(ma)}", 303)
    return render_plain(request, "tracking.html", {"case": None, "typed": ""})


@router.get("/theo-doi/{tracking_code}")
async def follow(tracking_code: str, request: Request, session: SessionDependency) -> Response:
    """The story of a case, for whoever knows its code."""
    case = await find_feedback(session, tracking_code[:40])
    if case is None:
        context = {"case": None, "typed": tracking_code[:40]}
        return render_plain(request, "tracking.html", context, status=404, private=True)
    context = {
        "case": case,
        "kind": KIND_NAMES[case.kind],
        "tone": _tone(case),
        "open": case.state in OPEN,
        "reopen_until": case.reopen_until.astimezone(TIME_ZONE) if case.reopen_until else None,
        "timeline": [
            {
                "label": entry.step.label,
                "at": entry.at.astimezone(TIME_ZONE),
                "agency": entry.agency,
                "note": entry.note,
                "answer": entry.step is Step.ANSWER,
            }
            for entry in case.timeline
        ],
    }
    return render_plain(request, "tracking.html", context, private=True)


@router.get("/phan-anh")
async def answered(
    request: Request,
    session: SessionDependency,
    linh_vuc: Annotated[str, Query(max_length=40, alias="linh-vuc")] = "",
    co_quan: Annotated[str, Query(max_length=300, alias="co-quan")] = "",
    thang: Annotated[str, Query(max_length=7)] = "",
    trang: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
) -> Response:
    """The board: answered cases, by category, agency and month of the answer."""
    month = _month(thang)
    wanted = BoardFilter(linh_vuc or None, co_quan or None, month)
    found = await board(session, wanted, page=trang, size=PAGE_SIZE)
    chosen = {"linh-vuc": linh_vuc, "co-quan": co_quan, "thang": thang if month else ""}
    chosen = {name: value for name, value in chosen.items() if value}
    known = categories.read()
    context = {
        "board": found,
        "category_names": {code: category.name for code, category in known.items()},
        "categories": [(code, entry.name, found.categories.get(code, 0)) for code, entry in known.items()],
        "months": [(f"{first:%Y-%m}", f"Tháng {first:%m/%Y}", n) for first, n in sorted(found.months.items())[::-1]],
        "chosen": chosen,
        "page": trang,
        "previous": _address(chosen, trang - 1) if trang > 1 else None,
        "next": _address(chosen, trang + 1) if found.total > trang * PAGE_SIZE and trang < _LAST_PAGE else None,
    }
    return render_plain(request, "board.html", context)


def _tone(case: FeedbackView) -> str:
    """The colour of the state: done, late, waiting, or on its way."""
    if case.state in _GOOD_END:
        return "done"
    if case.waiting_for_citizen:
        return "waiting"
    if case.overdue:
        return "late"
    return "ended" if case.state is FeedbackState.DECLINED else "going"


def _month(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{written}-01")
    except ValueError:
        return None


def _address(chosen: dict[str, str], page: int) -> str:
    return f"/phan-anh?{urlencode({**chosen, 'trang': page})}"
