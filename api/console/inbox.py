"""The inbox: what waits for people, filtered, searched, several cases at once, live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from api.console import inbox_steps
from api.console.access import CaseWorker, Reader
from api.console.call_backs import LINES
from api.console.inbox_steps import REFUSALS, InboxStep, Picked, Seen
from api.console.pages import CHANNEL_NAMES, go, render
from api.dependencies import DatabaseDependency
from records.database import Database
from records.feedback import categories
from records.feedback.life import FeedbackState
from records.models import SavedView
from records.privacy.masking import masked
from records.staff import accounts, call_backs, inbox, presence
from records.staff.inbox import VIEWS, Filters
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/inbox")

_OTHER_STATES = {
    "waiting": "Chờ cán bộ",
    "person": "Cán bộ đang trả lời",
    "bot": "Trợ lý đang trả lời",
    "poll": "Lấy ý kiến cơ quan",
    "call_back": "Hẹn gọi lại",
    "voice_mail": "Lời nhắn thoại",
}
_PAGES = {"case": "/cases/{}", "conversation": "/conversations/{}", "poll": "/polls/{}", **LINES}
_ICONS = {
    "case": "file-text",
    "conversation": "message",
    "poll": "users",
    "call_back": "phone",
    "voice_mail": "microphone",
}
_NAMES = {
    "conversation": "Cuộc trò chuyện",
    "call_back": "Người gọi cần gặp cán bộ",
    "voice_mail": "Lời nhắn thoại chưa nghe rõ",
}
"""What a line is called about which nothing is known."""
_MOST_AT_ONCE = 50
_CHOICES = {
    "assign": "Anh/chị chọn cán bộ được phân công rồi thực hiện lại.",
    "classify": "Anh/chị chọn lĩnh vực mới rồi thực hiện lại.",
}
"""What is said where the choice that a step needs was not made."""


async def _filters(
    view: str = "all",
    q: Annotated[str, Query(max_length=200)] = "",
    channel: str = "",
    category: str = "",
    unclaimed: bool = False,
) -> Filters:
    return Filters(view if view in VIEWS else "all", q.strip(), channel, category, unclaimed)


Wanted = Annotated[Filters, Depends(_filters)]


@router.get("")
async def inbox_page(
    request: Request,
    signed_in: Reader,
    database: DatabaseDependency,
    filters: Wanted,
    after: Annotated[str, Query(max_length=80)] = "",
    handed_on: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Shows the inbox; ``handed_on`` is a case that somebody just handed on to where they do not reach."""
    return await _inbox(request, signed_in, database, filters, after=after, handed_on=handed_on)


@router.get("/list")
async def inbox_list(
    request: Request,
    signed_in: Reader,
    database: DatabaseDependency,
    filters: Wanted,
    after: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """The part of the inbox that changes by itself."""
    return await _inbox(request, signed_in, database, filters, template="inbox_list.html", after=after)


@router.post("/bulk")
async def bulk(
    request: Request,
    signed_in: CaseWorker,
    database: DatabaseDependency,
    filters: Wanted,
    step: Annotated[InboxStep, Form()],
    works: Annotated[tuple[Seen, ...], Form(max_length=_MOST_AT_ONCE)] = (),
    colleague: Annotated[str, Form(max_length=200)] = "",
    to_category: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Takes one step on several pieces of work, each by itself; says of each that it was refused for why."""
    if not works:
        error = "Anh/chị chọn ít nhất một việc rồi thực hiện lại."
        return await _inbox(request, signed_in, database, filters, status=422, error=error)
    target = {"assign": colleague, "classify": to_category}.get(step, "")
    if not target and step in _CHOICES:
        return await _inbox(request, signed_in, database, filters, status=422, error=_CHOICES[step])
    problems: dict[tuple[str, str], str] = {}
    for picked in map(Picked.read, works):
        try:
            async with database.session() as session:
                await inbox_steps.take(session, signed_in.member, step, picked, target)
        except REFUSALS as error:
            problems[picked.kind, picked.key] = str(error)
    if not problems:
        return go(f"/inbox?{query_of(filters)}")
    done = len(works) - len(problems)
    return await _inbox(request, signed_in, database, filters, status=409, problems=problems, done=done)


@router.post("/views")
async def save_view(
    signed_in: Reader, database: DatabaseDependency, filters: Wanted, name: Annotated[str, Form(max_length=60)]
) -> Response:
    """Keeps the present filters under a name."""
    kept = {"view": filters.view, "q": filters.query, "channel": filters.channel, "category": filters.category}
    if filters.unclaimed:
        kept["unclaimed"] = "true"
    new = insert(SavedView).values(staff_id=signed_in.member.id, name=name.strip() or "Chưa đặt tên", filters=kept)
    async with database.session() as session:
        await session.execute(new.on_conflict_do_update(constraint="saved_views_name", set_={"filters": kept}))
    return go(f"/inbox?{query_of(filters)}")


@router.post("/views/{view_id}/remove")
async def remove_view(signed_in: Reader, database: DatabaseDependency, view_id: int) -> Response:
    """Forgets one of one's own views."""
    own = delete(SavedView).where(SavedView.id == view_id, SavedView.staff_id == signed_in.member.id)
    async with database.session() as session:
        await session.execute(own)
    return go("/inbox")


def query_of(filters: Filters, **more: str) -> str:
    """The filters as the query of an address, without the empty ones."""
    values = {"view": filters.view, "q": filters.query, "channel": filters.channel, "category": filters.category}
    values |= {"unclaimed": "true" if filters.unclaimed else ""} | more
    return _query(values)


def _query(values: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in values.items() if value})


async def _inbox(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    filters: Filters,
    *,
    template: str = "inbox.html",
    status: int = 200,
    after: str = "",
    problems: Mapping[tuple[str, str], str] | None = None,
    done: int = 0,
    error: str = "",
    handed_on: str = "",
) -> Response:
    member = signed_in.member
    async with database.session() as session:
        found = await inbox.listing(session, member, filters, after=_position(after))
        counts = await inbox.counts(session, member)
        watchers = await presence.watchers(session, [work.subject for work in found], but=member.id)
        own = select(SavedView).where(SavedView.staff_id == member.id).order_by(SavedView.name)
        saved = (await session.execute(own)).scalars().all()
        callers = any(work.kind in call_backs.KINDS for work in found)
        colleagues = await accounts.workers(session, await inbox.cases_of(session, found), callers=callers)
    more = f"{found[-1].due.isoformat()} {found[-1].kind} {found[-1].key}" if len(found) == inbox.PAGE else ""
    return render(
        request,
        template,
        status,
        works=found,
        counts=counts,
        watchers=watchers,
        views=VIEWS,
        saved=[(view, _query(view.filters)) for view in saved],
        filters=filters,
        query=query_of(filters, after=after),
        query_without_view=query_of(Filters("", filters.query, filters.channel, filters.category, filters.unclaimed)),
        more=query_of(filters, after=more) if more else "",
        channel_names=CHANNEL_NAMES,
        categories=categories.read(),
        pages=_PAGES,
        icons=_ICONS,
        names=_NAMES,
        states=_OTHER_STATES | {state.value: state.label for state in FeedbackState},
        problems=problems or {},
        done=done,
        error=error,
        handed_on=handed_on,
        colleagues=colleagues,
        masked=masked,
    )


def _position(after: str) -> tuple[dt.datetime, str, str] | None:
    try:
        due, kind, key = after.split(" ")
        return dt.datetime.fromisoformat(due), kind, key
    except ValueError:
        return None
