"""What may be seen of a case: by anyone who knows its tracking code, and by staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.calendar import TIME_ZONE
from records.feedback.joining import linked
from records.feedback.journal import UnknownCase, by_code, events
from records.feedback.life import OPEN, FeedbackState, Step
from records.feedback.notices import followers
from records.models import Attachment, Feedback, FeedbackEvent, FeedbackRating

_PUBLIC_STEPS = frozenset(
    {
        Step.RECEIVE, Step.ACCEPT, Step.DECLINE, Step.FORWARD, Step.ACCEPT_FORWARD, Step.ASK, Step.RESUME,
        Step.ANSWER, Step.CLOSE, Step.REOPEN, Step.MERGE, Step.SPLIT, Step.UNMERGE,
    }
)  # fmt: skip
_OF_THE_OTHER = frozenset({Step.RECEIVE, Step.ASK, Step.RESUME, Step.MERGE, Step.SPLIT, Step.UNMERGE})
"""Steps of a case that its own citizen alone is concerned by, not those who were merged into it."""


@dataclass(frozen=True)
class TimelineEntry:
    """One step that the citizen may see; ``note`` is what the citizen was told."""

    step: Step
    at: dt.datetime
    note: str
    agency: str


@dataclass(frozen=True)
class FeedbackView:
    """What anyone who knows the tracking code may hear of a case: no text of the citizen, no contact, no clerk.

    A case that was merged shows the answer of the one it was merged into, and how that goes on from then on.
    """

    tracking_code: str
    kind: str
    state: FeedbackState
    filed_on: dt.date
    due_at: dt.datetime
    note: str
    demonstration: bool
    category: str | None
    agency: str
    waiting_for_citizen: bool
    merged: bool
    answer: str
    reopen_until: dt.datetime | None
    updated_at: dt.datetime
    timeline: tuple[TimelineEntry, ...]

    @property
    def due_on(self) -> dt.date:
        """The day of the due time."""
        return self.due_at.astimezone(TIME_ZONE).date()

    @property
    def overdue(self) -> bool:
        """Whether the answer is late by now."""
        return self.state in OPEN and dt.datetime.now(TIME_ZONE).date() > self.due_on


async def find_feedback(session: AsyncSession, tracking_code: str) -> FeedbackView | None:
    """The public view of a case by its tracking code, as typed by a person."""
    own = await by_code(session, tracking_code)
    if own is None:
        return None
    case = await session.get_one(Feedback, own.merged_into_id) if own.merged_into_id else own
    timeline = await _timeline(session, own, case)
    notes = [entry.note for entry in timeline if entry.note]
    return FeedbackView(
        tracking_code=own.tracking_code,
        kind=own.kind,
        state=FeedbackState(case.state),
        filed_on=own.created_at.astimezone(TIME_ZONE).date(),
        due_at=case.due_at,
        note=notes[-1] if notes else "",
        demonstration=own.demonstration,
        category=own.category or case.category,
        agency=case.agency,
        waiting_for_citizen=own.paused_at is not None,
        merged=own.merged_into_id is not None,
        answer=case.answer,
        reopen_until=case.reopen_until,
        updated_at=max(own.updated_at, case.updated_at),
        timeline=timeline,
    )


async def _timeline(session: AsyncSession, own: Feedback, case: Feedback) -> tuple[TimelineEntry, ...]:
    seen = [event for event in await events(session, own) if event.step in _PUBLIC_STEPS]
    if case.id != own.id:
        merged = next(event.id for event in reversed(seen) if event.step == Step.MERGE)
        shared = [event for event in await events(session, case) if event.step in _PUBLIC_STEPS - _OF_THE_OTHER]
        given = [event.id for event in shared if event.step == Step.ANSWER][-1:] if case.answer else []
        seen += [event for event in shared if event.id > merged or event.id in given]
    return tuple(
        TimelineEntry(Step(event.step), event.at, event.public_note, event.details.get("agency", "")) for event in seen
    )


@dataclass(frozen=True)
class StaffView:
    """Everything about one case, for staff who work on it; the contact stays encrypted in ``case``."""

    case: Feedback
    events: Sequence[FeedbackEvent]
    attachments: Sequence[Attachment]
    followers: Sequence[Feedback]
    links: Sequence[tuple[str, str]]
    merged_into: str | None
    rating: FeedbackRating | None


async def staff_view(session: AsyncSession, tracking_code: str) -> StaffView:
    """The case with all that belongs to it. Raises ``UnknownCase``."""
    case = await by_code(session, tracking_code)
    if case is None:
        raise UnknownCase(tracking_code)
    files = select(Attachment).where(Attachment.feedback_id == case.id).order_by(Attachment.created_at)
    main = await session.get_one(Feedback, case.merged_into_id) if case.merged_into_id else None
    return StaffView(
        case=case,
        events=await events(session, case),
        attachments=(await session.execute(files)).scalars().all(),
        followers=await followers(session, case),
        links=await linked(session, case),
        merged_into=main.tracking_code if main else None,
        rating=await session.get(FeedbackRating, case.id),
    )


@dataclass(frozen=True)
class WorkFilter:
    """Which cases a worklist holds; what is none does not limit it."""

    states: frozenset[FeedbackState] | None = None
    handler_id: str | None = None
    unclaimed: bool = False
    category: str | None = None
    agency_id: int | None = None
    overdue: bool = False
    waiting_for_approval: bool = False


async def worklist(
    session: AsyncSession, wanted: WorkFilter, *, after: tuple[dt.datetime, int] | None = None, limit: int = 50
) -> Sequence[Feedback]:
    """Cases by due time, the most urgent first; ``after`` is due time and id of the last one of the page before."""
    rows = select(Feedback).where(*_conditions(wanted)).order_by(Feedback.due_at, Feedback.id).limit(limit)
    if after is not None:
        due, last = after
        rows = rows.where(or_(Feedback.due_at > due, and_(Feedback.due_at == due, Feedback.id > last)))
    return (await session.execute(rows)).scalars().all()


async def count_work(session: AsyncSession, wanted: WorkFilter) -> int:
    """How many cases a worklist holds."""
    return (await session.execute(select(func.count()).select_from(Feedback).where(*_conditions(wanted)))).scalar_one()


def _conditions(wanted: WorkFilter) -> list[ColumnElement[bool]]:
    states = [state.value for state in (OPEN if wanted.states is None else wanted.states)]
    conditions: list[ColumnElement[bool]] = [Feedback.state.in_(states)]
    if wanted.handler_id is not None:
        conditions.append(Feedback.handler_id == wanted.handler_id)
    if wanted.unclaimed:
        conditions.append(Feedback.handler_id.is_(None))
    if wanted.category is not None:
        conditions.append(Feedback.category == wanted.category)
    if wanted.agency_id is not None:
        conditions.append(Feedback.agency_id == wanted.agency_id)
    if wanted.overdue:
        conditions += [Feedback.due_at < func.now(), Feedback.paused_at.is_(None)]
    if wanted.waiting_for_approval:
        conditions.append(Feedback.proposed_answer.is_not(None))
    return conditions
