"""Taking a step: the case locked, the rule asked, the step noted, the citizen told, all in one transaction."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.calendar import TIME_ZONE
from records.feedback.codes import canonical_tracking_code
from records.feedback.life import OF_AGENCY, WORKERS, Actor, CaseError, FeedbackState, Step, StepRefused, next_state
from records.feedback.notices import tell
from records.models import Feedback, FeedbackEvent, Json


class UnknownCase(CaseError, LookupError):
    """No case has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Không có phản ánh nào mang mã {code}.")


class Overtaken(CaseError):
    """Somebody took a step on the case since it was shown; ``by`` is who, ``at`` when, ``version`` the one now."""

    def __init__(self, by: str, at: dt.datetime, step: Step, version: int) -> None:
        when = f"{at.astimezone(TIME_ZONE):%H:%M %d/%m}"
        super().__init__(
            f"{by} vừa thực hiện bước “{step.label}” lúc {when}. Anh/chị xem lại phản ánh rồi thực hiện lại nếu cần."
        )
        self.by, self.at, self.version = by, at, version


async def by_code(session: AsyncSession, tracking_code: str) -> Feedback | None:
    """The case of a tracking code as typed by a person."""
    wanted = select(Feedback).where(Feedback.tracking_code == canonical_tracking_code(tracking_code))
    return (await session.execute(wanted)).scalar_one_or_none()


async def take_up(session: AsyncSession, tracking_code: str, version: int | None = None) -> Feedback:
    """The case, locked until the transaction ends; ``version`` is the one that the person decided on, if any.

    Raises ``UnknownCase`` and ``Overtaken``.
    """
    wanted = select(Feedback).where(Feedback.tracking_code == canonical_tracking_code(tracking_code))
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    case = (await session.execute(locked)).scalar_one_or_none()
    if case is None:
        raise UnknownCase(tracking_code)
    if version is not None and version != case.version:
        last = (await events(session, case))[-1]
        raise Overtaken(last.actor_name, last.at, Step(last.step), case.version)
    return case


async def record(
    session: AsyncSession,
    case: Feedback,
    actor: Actor,
    step: Step,
    *,
    reason: str = "",
    note: str = "",
    details: Json | None = None,
) -> FeedbackEvent:
    """Notes a step of a case that is locked, and tells the citizen. ``note`` is public, ``reason`` for staff only.

    What staff do stands on the audit trail too, without texts: whoever takes a case reads it from then on.

    Raises ``StepRefused`` and ``ReasonNeeded``; then nothing of the step may be kept.
    """
    if actor.kind in OF_AGENCY and (actor.agency_id is None or actor.agency_id != case.agency_id):
        raise StepRefused("Phản ánh này không được chuyển đến cơ quan của anh/chị.")
    former = await _former_state(session, case) if step is Step.UNMERGE else None
    handled = case.handler_id is not None
    case.state = next_state(step, FeedbackState(case.state), actor.kind, handled=handled, former=former, reason=reason)
    case.version += 1
    told = await tell(session, case, step, note)
    event = FeedbackEvent(
        feedback_id=case.id,
        step=step,
        state=case.state,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        reason=reason.strip(),
        public_note=note.strip(),
        details={**(details or {}), **({"messages": told} if told else {})},
    )
    session.add(event)
    await session.flush()
    if actor.kind in WORKERS:
        who = audit.Somebody("staff", actor.id, actor.name)
        await audit.record(session, who, f"feedback.{step}", f"feedback:{case.tracking_code}", event=event.id)
    return event


async def events(session: AsyncSession, case: Feedback) -> list[FeedbackEvent]:
    """All steps of a case, in order."""
    wanted = select(FeedbackEvent).where(FeedbackEvent.feedback_id == case.id).order_by(FeedbackEvent.id)
    return list((await session.execute(wanted)).scalars())


async def _former_state(session: AsyncSession, case: Feedback) -> FeedbackState | None:
    wanted = (
        select(FeedbackEvent.state)
        .where(FeedbackEvent.feedback_id == case.id, FeedbackEvent.state != FeedbackState.MERGED)
        .order_by(FeedbackEvent.id.desc())
        .limit(1)
    )
    state = (await session.execute(wanted)).scalar_one_or_none()
    return FeedbackState(state) if state else None
