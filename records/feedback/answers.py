"""The end of a case: answered, perhaps after a lead approved it, closed, rated, reopened.

All raise ``UnknownCase``, ``Overtaken``, ``StepRefused`` and ``ReasonNeeded``; a session that saw one is rolled back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.feedback.journal import by_code, record, take_up
from records.feedback.life import (
    CITIZEN,
    OF_AGENCY,
    SYSTEM,
    Actor,
    FeedbackState,
    ReasonNeeded,
    Role,
    Step,
    StepRefused,
)
from records.feedback.notices import followers
from records.feedback.steps import reopening_ends
from records.feedback.terms import read_terms, warning_before
from records.models import Agency, Feedback, FeedbackRating

RATING_REASONS = {
    "slow": "Trả lời chậm",
    "unclear": "Trả lời khó hiểu",
    "not_solved": "Việc chưa được giải quyết",
    "attitude": "Thái độ chưa tốt",
    "other": "Lý do khác",
}
"""Why a citizen is not content, by the name that is stored."""


async def answer(session: AsyncSession, code: str, actor: Actor, text: str, *, version: int | None = None) -> Feedback:
    """Answers the citizen, or proposes the answer where a lead has to approve it and ``actor`` is none.

    ``state`` of the case tells which of the two happened.
    """
    case = await take_up(session, code, version)
    if not text.strip():
        raise ReasonNeeded("Nội dung trả lời còn trống.")
    _refuse_while_asking(case)
    if await _needs_approval(session, actor):
        case.proposed_answer = {"text": text.strip(), "by": actor.id, "name": actor.name}
        await record(session, case, actor, Step.PROPOSE_ANSWER, details={"text": text.strip()})
        return case
    await _answer(session, case, actor, text)
    return case


async def approve_answer(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, text: str | None = None
) -> Feedback:
    """Sends the proposed answer, as it stands or as ``text``; a lead does, and never the author of it.

    A lead of the agency may where the agency alone wants approval; where the office does, a lead of the office.
    """
    case = await take_up(session, code, version)
    proposed = case.proposed_answer
    if proposed is None:
        raise StepRefused("Chưa có trả lời nào chờ duyệt.")
    of_office = database_of(session).settings.feedback_approval
    leads = {Role.LEAD} if of_office else {Role.LEAD, Role.AGENCY_LEAD}
    if actor.kind not in leads or actor.id == proposed["by"]:
        office = " của bộ phận một cửa" if of_office else ""
        raise StepRefused(f"Trả lời cần một lãnh đạo{office} khác với người soạn duyệt.")
    _refuse_while_asking(case)
    await _answer(session, case, actor, text or proposed["text"], written_by=proposed["name"])
    return case


async def return_answer(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str
) -> Feedback:
    """Sends the proposed answer back to its author."""
    case = await take_up(session, code, version)
    if case.proposed_answer is None:
        raise StepRefused("Chưa có trả lời nào chờ duyệt.")
    details = {"text": case.proposed_answer["text"]}
    case.proposed_answer = None
    await record(session, case, actor, Step.RETURN_ANSWER, reason=reason, details=details)
    return case


async def close(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str = "", note: str = ""
) -> Feedback:
    """Ends an answered case; the term for reopening goes on."""
    case = await take_up(session, code, version)
    await record(session, case, actor, Step.CLOSE, reason=reason, note=note)
    case.closed_at = dt.datetime.now(dt.UTC)
    return case


async def reopen(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str
) -> Feedback:
    """Takes the case up again with a new due time; within the term, or at any time by a lead.

    A citizen whose case was merged reopens the case that it was merged into.
    """
    case = await take_up(session, code, version)
    if case.merged_into_id is not None:
        main = await session.get_one(Feedback, case.merged_into_id)
        case = await take_up(session, main.tracking_code)
    now = dt.datetime.now(dt.UTC)
    if actor.kind is not Role.LEAD and (case.reopen_until is None or now > case.reopen_until):
        raise StepRefused("Đã hết thời hạn đề nghị mở lại phản ánh này; anh/chị có thể gửi phản ánh mới.")
    database = database_of(session)
    terms = read_terms(database.settings.feedback_terms).kinds[case.kind]
    case.due_at = terms.reopened.after(now, database.calendar)
    case.warn_at = warning_before(case.due_at, now, terms.warning_hours, database.calendar)
    await record(session, case, actor, Step.REOPEN, reason=reason, details={"answer": case.answer})
    case.answer, case.answered_at, case.closed_at, case.reopen_until = "", None, None, None
    case.published_at = None
    return case


async def rate(session: AsyncSession, code: str, score: int, reasons: Sequence[str] = ()) -> Feedback:
    """Keeps what the citizen thinks of the answer, from 1 (bad) to 5 (good), with names of ``RATING_REASONS``.

    Rating again replaces the rating. Raises ``ValueError`` for a score or reason that does not exist.
    """
    if score not in range(1, 6) or set(reasons) - RATING_REASONS.keys():
        raise ValueError(f"no such rating: {score}, {', '.join(reasons)}")
    case = await take_up(session, code)
    if case.merged_into_id is not None:
        main = await session.get_one(Feedback, case.merged_into_id)
        if main.answered_at is None:
            raise StepRefused("Phản ánh chưa có trả lời nên chưa đánh giá được.")
    values = {"score": score, "reasons": list(reasons)}
    rating = insert(FeedbackRating).values(feedback_id=case.id, **values)
    await session.execute(rating.on_conflict_do_update(index_elements=["feedback_id"], set_=values))
    await record(session, case, CITIZEN, Step.RATE, details=values)
    return case


async def rating_of(session: AsyncSession, code: str) -> FeedbackRating | None:
    """The rating of a case, if its citizen rated it."""
    case = await by_code(session, code)
    return await session.get(FeedbackRating, case.id) if case else None


async def consent(session: AsyncSession, code: str, *, agrees: bool) -> Feedback:
    """Keeps whether the citizen agrees to the public board; a case shown there is taken off when not."""
    case = await take_up(session, code)
    case.public_consent = agrees
    await record(session, case, CITIZEN, Step.CONSENT, details={"agrees": agrees})
    if not agrees and case.published_at is not None:
        case.published_at = None
        await record(session, case, CITIZEN, Step.WITHDRAW)
    return case


async def close_answered(session: AsyncSession, limit: int = 200) -> int:
    """Closes cases that nobody reopened within the term; returns how many."""
    over = select(Feedback.tracking_code).where(
        Feedback.state == FeedbackState.ANSWERED, Feedback.reopen_until < dt.datetime.now(dt.UTC)
    )
    codes = (await session.execute(over.order_by(Feedback.reopen_until).limit(limit))).scalars().all()
    for code in codes:
        await close(session, code, SYSTEM)
    return len(codes)


def _refuse_while_asking(case: Feedback) -> None:
    if case.paused_at is not None:
        raise StepRefused("Đang chờ người gửi bổ sung; anh/chị ghi nhận thông tin bổ sung trước khi trả lời.")


async def _needs_approval(session: AsyncSession, actor: Actor) -> bool:
    if database_of(session).settings.feedback_approval:
        return actor.kind in (Role.CLERK, *OF_AGENCY)
    if actor.kind is not Role.AGENCY:
        return False
    return (await session.get_one(Agency, actor.agency_id)).answers_approved


async def _answer(session: AsyncSession, case: Feedback, actor: Actor, text: str, *, written_by: str = "") -> None:
    case.answer, case.answered_at = text.strip(), dt.datetime.now(dt.UTC)
    case.reopen_until, case.proposed_answer = reopening_ends(session), None
    for follower in await followers(session, case):
        follower.reopen_until = case.reopen_until
    await record(
        session, case, actor, Step.ANSWER, note=text, details={"written_by": written_by} if written_by else None
    )
