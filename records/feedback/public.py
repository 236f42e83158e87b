"""The public board: answered cases in wording that staff approved, where the citizen agreed.

Nothing here reads the citizen's own text, the contact, the tracking code or the history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

from records.calendar import TIME_ZONE
from records.feedback.journal import record, take_up
from records.feedback.life import Actor, ReasonNeeded, Step, StepRefused
from records.models import Feedback


@dataclass(frozen=True)
class PublicCase:
    """An answered case as everybody may see it; ``number`` is its public name, which opens nothing else."""

    number: int
    kind: str
    title: str
    what: str
    answer: str
    category: str | None
    agency: str
    filed_on: dt.date
    answered_on: dt.date
    updated_at: dt.datetime


@dataclass(frozen=True)
class BoardFilter:
    """Which cases of the board are wanted; ``month`` is the first day of the month of their answer."""

    category: str | None = None
    agency: str | None = None
    month: dt.date | None = None


@dataclass(frozen=True)
class Board:
    """One page of the board, and how many cases each choice of a filter would leave, given the other filters."""

    cases: Sequence[PublicCase]
    total: int
    categories: dict[str, int]
    agencies: dict[str, int]
    months: dict[dt.date, int]


async def publish(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, title: str, what: str, answer: str
) -> Feedback:
    """Puts the case on the board in the given wording, from which staff took all personal data.

    Raises ``StepRefused`` where the citizen has not agreed, and ``ReasonNeeded`` where a text is missing.
    """
    case = await take_up(session, code, version)
    if not case.public_consent:
        raise StepRefused("Người gửi chưa đồng ý đăng công khai.")
    if not (title.strip() and what.strip() and answer.strip()):
        raise ReasonNeeded("Anh/chị ghi đủ tiêu đề, nội dung và trả lời dùng để đăng công khai.")
    case.public_title, case.public_what, case.public_answer = title.strip(), what.strip(), answer.strip()
    wording = {"title": case.public_title, "what": case.public_what, "answer": case.public_answer}
    await record(session, case, actor, Step.PUBLISH, details=wording)
    case.published_at = case.published_at or dt.datetime.now(dt.UTC)
    return case


async def withdraw(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str = ""
) -> Feedback:
    """Takes the case off the board."""
    case = await take_up(session, code, version)
    if case.published_at is None:
        raise StepRefused("Phản ánh không có trên trang công khai.")
    case.published_at = None
    await record(session, case, actor, Step.WITHDRAW, reason=reason)
    return case


async def board(session: AsyncSession, wanted: BoardFilter, *, page: int = 1, size: int = 20) -> Board:
    """One page of the board, the newest first; pages count from 1."""
    conditions = _conditions(wanted)
    rows = select(Feedback).where(*conditions).order_by(Feedback.published_at.desc(), Feedback.id.desc())
    found = (await session.execute(rows.offset((page - 1) * size).limit(size))).scalars().all()
    total = (await session.execute(select(func.count()).select_from(Feedback).where(*conditions))).scalar_one()
    months = await _counts(session, _MONTH, replace(wanted, month=None))
    return Board(
        cases=[_public(case) for case in found],
        total=total,
        categories=await _counts(session, Feedback.category, replace(wanted, category=None)),
        agencies=await _counts(session, Feedback.agency, replace(wanted, agency=None)),
        months={first.date(): count for first, count in months.items()},
    )


async def public_case(session: AsyncSession, number: int) -> PublicCase | None:
    """The case of that public number, if it is on the board."""
    wanted = select(Feedback).where(Feedback.id == number, *_conditions(BoardFilter()))
    case = (await session.execute(wanted)).scalar_one_or_none()
    return _public(case) if case else None


async def published_between(
    session: AsyncSession, start: dt.datetime, end: dt.datetime, categories: Sequence[str], limit: int
) -> list[PublicCase]:
    """Cases of the board that were filed in that time, the newest first; no ``categories`` means all of them."""
    rows = select(Feedback).where(Feedback.created_at >= start, Feedback.created_at <= end, *_conditions(BoardFilter()))
    if categories:
        rows = rows.where(Feedback.category.in_(categories))
    found = await session.execute(rows.order_by(Feedback.created_at.desc()).limit(limit))
    return [_public(case) for case in found.scalars()]


_MONTH = func.date_trunc("month", func.timezone(TIME_ZONE.key, Feedback.answered_at), type_=TIMESTAMP())


def _conditions(wanted: BoardFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Feedback.published_at.is_not(None),
        Feedback.public_consent.is_(True),
        Feedback.answered_at.is_not(None),
    ]
    if wanted.category is not None:
        conditions.append(Feedback.category == wanted.category)
    if wanted.agency is not None:
        conditions.append(Feedback.agency == wanted.agency)
    if wanted.month is not None:
        start = dt.datetime.combine(wanted.month.replace(day=1), dt.time(), TIME_ZONE)
        following = (start + dt.timedelta(days=32)).replace(day=1)
        conditions += [Feedback.answered_at >= start, Feedback.answered_at < following]
    return conditions


async def _counts[Key](
    session: AsyncSession, column: SQLColumnExpression[Key | None], wanted: BoardFilter
) -> dict[Key, int]:
    counted = select(column, func.count()).where(*_conditions(wanted)).group_by(column).order_by(func.count().desc())
    return {key: count for key, count in (await session.execute(counted)).tuples() if key}


def _public(case: Feedback) -> PublicCase:
    assert case.answered_at is not None
    return PublicCase(
        number=case.id,
        kind=case.kind,
        title=case.public_title,
        what=case.public_what,
        answer=case.public_answer,
        category=case.category,
        agency=case.agency,
        filed_on=case.created_at.astimezone(TIME_ZONE).date(),
        answered_on=case.answered_at.astimezone(TIME_ZONE).date(),
        updated_at=case.updated_at,
    )
