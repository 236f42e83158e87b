"""The daily steps of a case: look, take, hand on, ask, note. Each takes the version that the person saw, and who it is.

All raise ``UnknownCase``, ``Overtaken``, ``StepRefused`` and ``ReasonNeeded``; a session that saw one is rolled back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.calendar import TIME_ZONE
from records.database import database_of
from records.feedback import categories
from records.feedback.journal import events, record, take_up
from records.feedback.life import OPEN, Actor, CaseError, ReasonNeeded, Role, Step, StepRefused
from records.feedback.terms import read_terms, warning_before
from records.models import Feedback

_ASKED_ABOUT = (
    select(Feedback.tracking_code)
    .where(
        Feedback.conversation_id == bindparam("conversation"), Feedback.paused_at.is_not(None), Feedback.state.in_(OPEN)
    )
    .order_by(Feedback.id)
)


class AlreadyClaimed(CaseError):
    """Somebody else has the case: ``by`` is who."""

    def __init__(self, by: str, since: dt.datetime) -> None:
        super().__init__(f"{by} đã nhận xử lý phản ánh này từ {since.astimezone(TIME_ZONE):%H:%M %d/%m}.")
        self.by = by


async def accept(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, note: str = ""
) -> Feedback:
    """Takes the case on. ``note`` is told to the citizen."""
    case = await take_up(session, code, version)
    await record(session, case, actor, Step.ACCEPT, note=note)
    return case


async def decline(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str
) -> Feedback:
    """Turns the case down; the citizen is told ``reason``, and may reopen it within the term."""
    case = await take_up(session, code, version)
    case.reopen_until = reopening_ends(session)
    await record(session, case, actor, Step.DECLINE, reason=reason, note=reason)
    case.closed_at, case.paused_at, case.proposed_answer = dt.datetime.now(dt.UTC), None, None
    return case


async def claim(session: AsyncSession, code: str, actor: Actor) -> Feedback:
    """Takes the case for oneself; of several who try one gets it. Raises ``AlreadyClaimed`` for the others.

    Claiming again what one has changes nothing.
    """
    case = await take_up(session, code)
    if case.handler_id == actor.id:
        return case
    if case.handler_id is not None:
        taken = [event for event in await events(session, case) if event.step in (Step.CLAIM, Step.ASSIGN)]
        raise AlreadyClaimed(case.handler_name or "", taken[-1].at)
    case.handler_id, case.handler_name = actor.id, actor.name
    await record(session, case, actor, Step.CLAIM)
    return case


async def release(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str = ""
) -> Feedback:
    """Gives the case back to the queue; only a lead does that for somebody else."""
    case = await take_up(session, code, version)
    if case.handler_id is None:
        raise StepRefused("Chưa ai nhận xử lý phản ánh này nên không cần trả lại.")
    if case.handler_id != actor.id and actor.kind is not Role.LEAD:
        raise StepRefused(f"Phản ánh do {case.handler_name} nhận xử lý; chỉ người đó hoặc lãnh đạo trả lại được.")
    case.handler_id = case.handler_name = None
    await record(session, case, actor, Step.RELEASE, reason=reason)
    return case


async def assign(
    session: AsyncSession, code: str, actor: Actor, handler: Actor, *, version: int | None = None, reason: str = ""
) -> Feedback:
    """Gives the case to ``handler``, whoever had it before."""
    case = await take_up(session, code, version)
    case.handler_id, case.handler_name = handler.id, handler.name
    details = {"handler_id": handler.id, "handler_name": handler.name}
    await record(session, case, actor, Step.ASSIGN, reason=reason, details=details)
    return case


async def forward(
    session: AsyncSession,
    code: str,
    actor: Actor,
    agency: str,
    *,
    agency_id: int | None = None,
    version: int | None = None,
    reason: str = "",
    note: str = "",
) -> Feedback:
    """Sends the case to the competent agency, which then takes or refuses it.

    ``agency_id`` is the agency's row where it works here itself; without one, staff note its decision on its behalf.
    """
    case = await take_up(session, code, version)
    if not agency.strip():
        raise ReasonNeeded("Anh/chị cho biết cơ quan được chuyển đến.")
    case.agency, case.agency_id = agency.strip(), agency_id
    details = {"agency": case.agency, "agency_id": agency_id}
    await record(session, case, actor, Step.FORWARD, reason=reason, note=note, details=details)
    return case


async def accept_forward(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, note: str = ""
) -> Feedback:
    """The agency takes the case that was forwarded to it."""
    case = await take_up(session, code, version)
    await record(session, case, actor, Step.ACCEPT_FORWARD, note=note, details={"agency": case.agency})
    return case


async def decline_forward(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str
) -> Feedback:
    """The agency sends the case back, with a reason for staff; the citizen hears of the next step instead."""
    case = await take_up(session, code, version)
    await record(session, case, actor, Step.DECLINE_FORWARD, reason=reason, details={"agency": case.agency})
    case.agency, case.agency_id = "", None
    return case


async def ask(session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, question: str) -> Feedback:
    """Asks the citizen for more; the clock stands still until ``resume``."""
    case = await take_up(session, code, version)
    if not question.strip():
        raise ReasonNeeded("Anh/chị ghi nội dung cần người gửi bổ sung.")
    if case.paused_at is not None:
        raise StepRefused("Đang chờ người gửi bổ sung; khi có thông tin, anh/chị ghi nhận rồi hỏi tiếp.")
    await record(session, case, actor, Step.ASK, note=question)
    case.paused_at = dt.datetime.now(dt.UTC)
    return case


async def asked_about(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[str]:
    """The codes of the cases of a conversation whose citizen was asked something that is still open."""
    return (await session.scalars(_ASKED_ABOUT, {"conversation": conversation_id})).all()


async def resume(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str = ""
) -> Feedback:
    """Lets the clocks go on: due times move by the working time that passed since the question."""
    case = await take_up(session, code, version)
    if case.paused_at is None:
        raise StepRefused("Phản ánh không ở trạng thái chờ người gửi bổ sung.")
    calendar, now = database_of(session).calendar, dt.datetime.now(dt.UTC)
    paused_since, case.paused_at = case.paused_at, None
    if case.due_at > paused_since:
        case.due_at = calendar.add_working_time(now, calendar.working_time(paused_since, case.due_at))
        case.warn_at = warning_before(case.due_at, now, _warning_hours(session, case), calendar)
    if case.triage_due_at and case.triage_due_at > paused_since:
        case.triage_due_at = calendar.add_working_time(now, calendar.working_time(paused_since, case.triage_due_at))
    await record(session, case, actor, Step.RESUME, reason=reason, details={"due": case.due_at.isoformat()})
    return case


async def note(session: AsyncSession, code: str, actor: Actor, text: str) -> Feedback:
    """Adds a note that only staff see. It needs no version: nothing is overwritten by it."""
    case = await take_up(session, code)
    if not text.strip():
        raise ReasonNeeded("Ghi chú chưa có nội dung.")
    await record(session, case, actor, Step.NOTE, reason=text)
    return case


async def classify(
    session: AsyncSession, code: str, actor: Actor, category: str, *, version: int | None = None, reason: str = ""
) -> Feedback:
    """Puts the case into one of the categories. Raises ``StepRefused`` for a category that does not exist."""
    if category not in categories.read():
        raise StepRefused(f"Không có lĩnh vực “{category}”.")
    case = await take_up(session, code, version)
    details = {"from": case.category, "to": category}
    case.category = category
    await record(session, case, actor, Step.CLASSIFY, reason=reason, details=details)
    return case


def reopening_ends(session: AsyncSession) -> dt.datetime:
    """Until when a case that is done today may be reopened by the citizen."""
    database = database_of(session)
    within = read_terms(database.settings.feedback_terms).reopen_within
    return within.after(dt.datetime.now(dt.UTC), database.calendar)


def _warning_hours(session: AsyncSession, case: Feedback) -> int:
    return read_terms(database_of(session).settings.feedback_terms).kinds[case.kind].warning_hours
