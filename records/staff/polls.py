"""Opinions of other agencies on a case that concerns several (lấy ý kiến).

Each agency that is asked answers with a reason, through one of its members, and does not see the others before the end.
A poll ends when all have answered, at its deadline, or when the office ends it; the result is a step of the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.database import database_of
from records.feedback.journal import record, take_up
from records.feedback.life import SYSTEM, Actor, CaseError, Step
from records.feedback.terms import warning_before
from records.models import Agency, Attachment, Feedback, Poll, PollAnswer, StaffMember
from records.staff.permissions import actor_of, reaches, somebody_of

MOST_DAYS = 30
MOST_OPTIONS = 8
_REMIND_HOURS = 8
"""Working hours before the deadline at which those who are silent are reminded."""


class PollRefused(CaseError):
    """Why nothing is asked, answered or ended, in words for the person who tried."""


@dataclass(frozen=True)
class NewPoll:
    """What is asked: whom, and how many working days they have."""

    question: str
    options: Sequence[str]
    agency_ids: Sequence[int]
    days: int


@dataclass(frozen=True)
class PollView:
    """A poll with the agencies that are asked, by name, and its files."""

    poll: Poll
    case: Feedback
    answers: Sequence[tuple[PollAnswer, str]]
    files: Sequence[Attachment]

    @property
    def tally(self) -> list[tuple[str, int]]:
        """Every option and how many agencies chose it."""
        chosen = [answer.choice for answer, _ in self.answers if answer.answered_at is not None]
        return [(option, chosen.count(place)) for place, option in enumerate(self.poll.options)]

    @property
    def silent(self) -> list[str]:
        """Names of the agencies that have not answered."""
        return [name for answer, name in self.answers if answer.answered_at is None]

    def of(self, member: StaffMember) -> PollAnswer | None:
        """The answer that the agency of ``member`` gave or owes."""
        return next((answer for answer, _ in self.answers if answer.agency_id == member.agency_id), None)

    def visible_to(self, member: StaffMember) -> bool:
        """Whether ``member`` works on the case, or is of an agency that is asked, in one of their fields."""
        in_field = not member.fields or self.case.category in member.fields
        return reaches(member, self.case) or (in_field and self.of(member) is not None)


async def ask(session: AsyncSession, code: str, member: StaffMember, new: NewPoll) -> Poll:
    """Asks agencies about a case. Raises ``PollRefused`` and what a step of a case raises."""
    options = list(dict.fromkeys(option.strip() for option in new.options if option.strip()))
    if not new.question.strip():
        raise PollRefused("Anh/chị ghi nội dung cần lấy ý kiến.")
    if not 2 <= len(options) <= MOST_OPTIONS or max(map(len, options)) > 200:
        raise PollRefused(f"Cần từ 2 đến {MOST_OPTIONS} phương án khác nhau, mỗi phương án một dòng, tối đa 200 ký tự.")
    if not 1 <= new.days <= MOST_DAYS:
        raise PollRefused(f"Thời hạn trả lời từ 1 đến {MOST_DAYS} ngày làm việc.")
    wanted = select(Agency).where(Agency.id.in_(new.agency_ids)).order_by(Agency.name)
    agencies = (await session.execute(wanted)).scalars().all()
    if not agencies or len(agencies) != len(set(new.agency_ids)):
        raise PollRefused("Anh/chị chọn ít nhất một cơ quan trong danh sách.")
    case = await take_up(session, code)
    now, calendar = dt.datetime.now(dt.UTC), database_of(session).calendar
    due = calendar.add_working_days(now, new.days)
    poll = Poll(
        feedback_id=case.id,
        question=new.question.strip(),
        options=options,
        due_at=due,
        remind_at=warning_before(due, now, _REMIND_HOURS, calendar),
        asked_by=member.name,
    )
    session.add(poll)
    await session.flush()
    session.add_all(PollAnswer(poll_id=poll.id, agency_id=agency.id) for agency in agencies)
    details = {"poll": poll.id, "agencies": [agency.name for agency in agencies]}
    await record(session, case, actor_of(member), Step.POLL, reason=new.question, details=details)
    await _audit(session, member, "poll.ask", poll, agencies=[agency.id for agency in agencies])
    return poll


async def answer(session: AsyncSession, poll_id: int, member: StaffMember, choice: int, reason: str) -> None:
    """Gives the answer of ``member``'s agency, or another one in its place; the last one ends the poll.

    Raises ``PollRefused``.
    """
    poll = await _open(session, poll_id)
    own = await session.get(PollAnswer, (poll_id, member.agency_id)) if member.agency_id else None
    if own is None:
        raise PollRefused("Chỉ cán bộ của cơ quan được hỏi mới trả lời được.")
    if dt.datetime.now(dt.UTC) > poll.due_at:
        raise PollRefused("Đã hết hạn trả lời ý kiến.")
    if choice not in range(len(poll.options)):
        raise PollRefused("Anh/chị chọn một phương án.")
    if not reason.strip():
        raise PollRefused("Anh/chị ghi lý do của ý kiến.")
    own.choice, own.reason = choice, reason.strip()
    own.answered_by, own.answered_at = member.name, dt.datetime.now(dt.UTC)
    await session.flush()
    await _audit(session, member, "poll.answer", poll, agency=own.agency_id, choice=choice)
    missing = select(func.count()).where(PollAnswer.poll_id == poll_id, PollAnswer.answered_at.is_(None))
    if (await session.execute(missing)).scalar_one() == 0:
        await _end(session, poll, SYSTEM)


async def remind(session: AsyncSession, poll_id: int, member: StaffMember) -> None:
    """Reminds those who are silent, now. Raises ``PollRefused``."""
    poll = await _of_the_office(session, poll_id, member)
    await _remind(session, poll)
    await _audit(session, member, "poll.remind", poll)


async def end(session: AsyncSession, poll_id: int, member: StaffMember) -> None:
    """Ends a poll before its time. Raises ``PollRefused``."""
    poll = await _of_the_office(session, poll_id, member)
    await _end(session, poll, actor_of(member))
    await _audit(session, member, "poll.end", poll)


async def watch(session: AsyncSession) -> None:
    """Reminds the silent ones shortly before the deadline, each once, and ends the polls whose time is over."""
    now = dt.datetime.now(dt.UTC)
    due = select(Poll).where(Poll.closed_at.is_(None), Poll.remind_at <= now).order_by(Poll.id)
    for poll in (await session.execute(due.with_for_update(skip_locked=True))).scalars().all():
        if poll.due_at <= now:
            await _end(session, poll, SYSTEM)
        else:
            await _remind(session, poll, since=poll.remind_at)


async def find(session: AsyncSession, poll_id: int) -> PollView | None:
    """A poll with all that belongs to it."""
    poll = await session.get(Poll, poll_id)
    return await _view(session, poll) if poll else None


async def of_case(session: AsyncSession, feedback_id: int) -> list[PollView]:
    """The polls about a case, oldest first."""
    wanted = select(Poll).where(Poll.feedback_id == feedback_id).order_by(Poll.id)
    return [await _view(session, poll) for poll in (await session.execute(wanted)).scalars().all()]


async def askable(session: AsyncSession) -> Sequence[Agency]:
    """Agencies of which somebody has an account, by name."""
    member = select(1).where(StaffMember.agency_id == Agency.id, StaffMember.active).exists()
    return (await session.execute(select(Agency).where(member).order_by(Agency.name))).scalars().all()


async def _view(session: AsyncSession, poll: Poll) -> PollView:
    asked = (
        select(PollAnswer, Agency.name)
        .join(Agency, Agency.id == PollAnswer.agency_id)
        .where(PollAnswer.poll_id == poll.id)
        .order_by(Agency.name)
    )
    files = select(Attachment).where(Attachment.poll_id == poll.id).order_by(Attachment.created_at)
    return PollView(
        poll,
        await session.get_one(Feedback, poll.feedback_id),
        [(row[0], row[1]) for row in (await session.execute(asked)).all()],
        (await session.execute(files)).scalars().all(),
    )


async def _open(session: AsyncSession, poll_id: int) -> Poll:
    locked = select(Poll).where(Poll.id == poll_id).with_for_update().execution_options(populate_existing=True)
    poll = (await session.execute(locked)).scalar_one_or_none()
    if poll is None or poll.closed_at is not None:
        raise PollRefused("Đợt lấy ý kiến này đã kết thúc.")
    return poll


async def _of_the_office(session: AsyncSession, poll_id: int, member: StaffMember) -> Poll:
    if member.agency_id is not None:
        raise PollRefused("Chỉ bộ phận đã hỏi ý kiến mới nhắc hoặc kết thúc được.")
    return await _open(session, poll_id)


async def _remind(session: AsyncSession, poll: Poll, since: dt.datetime | None = None) -> None:
    silent = PollAnswer.poll_id == poll.id, PollAnswer.answered_at.is_(None)
    told = update(PollAnswer).where(*silent).values(reminded_at=func.now())
    if since is not None:
        told = told.where(PollAnswer.reminded_at.is_(None) | (PollAnswer.reminded_at < since))
    await session.execute(told)


async def _end(session: AsyncSession, poll: Poll, actor: Actor) -> None:
    poll.closed_at = dt.datetime.now(dt.UTC)
    await session.flush()
    view = await _view(session, poll)
    parts = [f"{option}: {count}" for option, count in view.tally]
    if view.silent:
        parts.append(f"chưa trả lời: {', '.join(view.silent)}")
    case = await take_up(session, view.case.tracking_code)
    await record(session, case, actor, Step.POLL_RESULT, reason="; ".join(parts), details={"poll": poll.id})


async def _audit(session: AsyncSession, member: StaffMember, action: str, poll: Poll, **details: Any) -> None:
    await audit.record(session, somebody_of(member), action, f"poll:{poll.id}", **details)
