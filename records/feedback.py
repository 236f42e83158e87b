"""Reports and suggestions of citizens (phản ánh, kiến nghị): filing one and following it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.models import Attachment, Feedback, FeedbackEvent

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that reads like a digit or another letter."""


class FeedbackState(StrEnum):
    """The life of a case."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Vietnamese name of the state."""
        return _LABELS[self]


_LABELS = {
    FeedbackState.RECEIVED: "Đã tiếp nhận, chờ phân loại",
    FeedbackState.ACCEPTED: "Đã thụ lý",
    FeedbackState.DECLINED: "Không thụ lý",
    FeedbackState.FORWARDED: "Đã chuyển cơ quan có thẩm quyền",
    FeedbackState.ANSWERED: "Đã có trả lời",
    FeedbackState.CLOSED: "Đã kết thúc",
}


@dataclass(frozen=True)
class NewFeedback:
    """What a citizen reports; ``message_id`` is the message that sent it off, so that it is filed once."""

    kind: Literal["report", "suggestion"]
    what: str
    where: str = ""
    when: str = ""
    contact: str | None = None
    attachment_ids: list[str] = field(default_factory=list[str])
    conversation_id: str | None = None
    message_id: str | None = None
    tracking_code: str | None = None
    """A code of the caller's choice, for demonstration data; citizens get a random one."""
    demonstration: bool = False


@dataclass(frozen=True)
class FiledFeedback:
    """The receipt."""

    tracking_code: str
    due_on: dt.date


@dataclass(frozen=True)
class FeedbackView:
    """What anyone who knows the tracking code may hear of a case: no text of the citizen, no contact."""

    tracking_code: str
    kind: str
    state: FeedbackState
    filed_on: dt.date
    due_on: dt.date
    note: str
    demonstration: bool


async def file_feedback(session: AsyncSession, new: NewFeedback) -> FiledFeedback:
    """Stores a case with its attachments and returns the receipt; the same message files it once.

    Raises ``ValueError`` for a case without content.
    """
    if not new.what.strip():
        raise ValueError("feedback needs a text")
    database = database_of(session)
    conversation = uuid.UUID(new.conversation_id) if new.conversation_id else None
    today = dt.datetime.now(TIME_ZONE).date()
    filed = (
        insert(Feedback)
        .values(
            tracking_code=new.tracking_code or _new_tracking_code(),
            kind=new.kind,
            what=new.what.strip(),
            where=new.where.strip(),
            when=new.when.strip(),
            contact=database.vault.encrypt(new.contact) if new.contact else None,
            state=FeedbackState.RECEIVED,
            due_on=due_date(today, database.settings.feedback_working_days),
            conversation_id=conversation,
            message_id=new.message_id,
            demonstration=new.demonstration,
        )
        .on_conflict_do_nothing(
            index_elements=["conversation_id", "message_id"], index_where=text("message_id IS NOT NULL")
        )
        .returning(Feedback)
    )
    case = (await session.execute(filed)).scalar_one_or_none()
    if case is None:
        again = select(Feedback).where(Feedback.conversation_id == conversation, Feedback.message_id == new.message_id)
        case = (await session.execute(again)).scalar_one()
        return FiledFeedback(case.tracking_code, case.due_on)
    session.add(FeedbackEvent(feedback_id=case.id, state=FeedbackState.RECEIVED))
    if new.attachment_ids:
        own = Attachment.conversation_id == conversation
        ids = [uuid.UUID(attachment_id) for attachment_id in new.attachment_ids]
        await session.execute(update(Attachment).where(own, Attachment.id.in_(ids)).values(feedback_id=case.id))
    return FiledFeedback(case.tracking_code, case.due_on)


async def advance(session: AsyncSession, tracking_code: str, state: FeedbackState, public_note: str) -> None:
    """Moves a case on and notes what the citizen is told. Raises ``LookupError`` for an unknown code."""
    case = await _by_code(session, tracking_code)
    if case is None:
        raise LookupError(tracking_code)
    case.state = state
    session.add(FeedbackEvent(feedback_id=case.id, state=state, public_note=public_note))


async def find_feedback(session: AsyncSession, tracking_code: str) -> FeedbackView | None:
    """The public view of a case by its tracking code, as typed by a person."""
    case = await _by_code(session, tracking_code)
    if case is None:
        return None
    notes = select(FeedbackEvent.public_note).where(
        FeedbackEvent.feedback_id == case.id, FeedbackEvent.public_note != ""
    )
    note = (await session.execute(notes.order_by(FeedbackEvent.id.desc()).limit(1))).scalar_one_or_none()
    return FeedbackView(
        tracking_code=case.tracking_code,
        kind=case.kind,
        state=FeedbackState(case.state),
        filed_on=case.created_at.astimezone(TIME_ZONE).date(),
        due_on=case.due_on,
        note=note or "",
        demonstration=case.demonstration,
    )


def due_date(start: dt.date, working_days: int) -> dt.date:
    """The day that is ``working_days`` after ``start``, without weekends and public holidays.

    Public holidays are those of Bộ luật Lao động 45/2019/QH14, Điều 112, as the ``holidays`` library dates them. How
    many days an agency gives itself is a setting of the deployment, not a term of law.
    """
    return holidays.country_holidays("VN").get_nth_working_day(start, working_days)


def _new_tracking_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"PA-{letters[:4]}-{letters[4:]}"


def canonical_tracking_code(typed: str) -> str:
    """The code as stored, from what a person types: any case, with or without dashes, O for 0, I or L for 1."""
    letters = "".join(c for c in typed.upper() if c.isalnum()).removeprefix("PA")
    letters = letters.translate(str.maketrans("OIL", "011"))
    return f"PA-{letters[:4]}-{letters[4:]}"


async def _by_code(session: AsyncSession, tracking_code: str) -> Feedback | None:
    wanted = select(Feedback).where(Feedback.tracking_code == canonical_tracking_code(tracking_code))
    return (await session.execute(wanted)).scalar_one_or_none()
