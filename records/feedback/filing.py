"""Filing a case: stored once with its attachments and terms, and confirmed by a receipt."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.calendar import TIME_ZONE
from records.conversations import storable
from records.database import database_of
from records.feedback.codes import new_tracking_code
from records.feedback.contacts import sealed
from records.feedback.life import CITIZEN, FeedbackState, Step
from records.feedback.terms import read_terms, warning_before
from records.models import Attachment, Conversation, Feedback, FeedbackEvent, Json


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
    source: str | None = None
    """The way it came, where that is no conversation."""
    category: str | None = None
    latitude: float | None = None
    """Degrees, WGS 84."""
    longitude: float | None = None
    public_consent: bool | None = None
    """Whether the citizen agrees to the public board; none where that was not asked."""


@dataclass(frozen=True)
class FiledFeedback:
    """The receipt."""

    tracking_code: str
    due_on: dt.date


def check_text(what: str) -> None:
    """Raises ``ValueError`` for a case without content."""
    if not storable(what).strip():
        raise ValueError("feedback needs a text")


async def file_feedback(session: AsyncSession, new: NewFeedback) -> FiledFeedback:
    """Stores a case with its attachments and returns the receipt; the same message files it once.

    Raises ``ValueError`` for a case without content.
    """
    check_text(new.what)
    conversation = uuid.UUID(new.conversation_id) if new.conversation_id else None
    values = await _values(session, new, conversation)
    filed = (
        insert(Feedback)
        .values(**values)
        .on_conflict_do_nothing(
            index_elements=["conversation_id", "message_id"], index_where=text("message_id IS NOT NULL")
        )
        .returning(Feedback)
    )
    case = (await session.execute(filed)).scalar_one_or_none()
    if case is None:
        again = select(Feedback).where(Feedback.conversation_id == conversation, Feedback.message_id == new.message_id)
        return _receipt((await session.execute(again)).scalar_one())
    session.add(
        FeedbackEvent(
            feedback_id=case.id,
            step=Step.RECEIVE,
            state=FeedbackState.RECEIVED,
            actor_kind=CITIZEN.kind,
            actor_name=CITIZEN.name,
        )
    )
    if new.attachment_ids:
        own = Attachment.conversation_id == conversation
        ids = [uuid.UUID(attachment_id) for attachment_id in new.attachment_ids]
        await session.execute(update(Attachment).where(own, Attachment.id.in_(ids)).values(feedback_id=case.id))
    return _receipt(case)


async def _values(session: AsyncSession, new: NewFeedback, conversation: uuid.UUID | None) -> Json:
    database = database_of(session)
    calendar, now = database.calendar, dt.datetime.now(dt.UTC)
    terms = read_terms(database.settings.feedback_terms).kinds[new.kind]
    due = terms.answer.after(now, calendar)
    return {
        "tracking_code": new.tracking_code or new_tracking_code(),
        "kind": new.kind,
        "what": storable(new.what).strip(),
        "where": storable(new.where).strip(),
        "when": storable(new.when).strip(),
        "latitude": new.latitude,
        "longitude": new.longitude,
        **sealed(database.vault, new.contact),
        "source": new.source or await _channel(session, conversation),
        "state": FeedbackState.RECEIVED,
        "version": 1,
        "category": new.category,
        "triage_due_at": terms.triage.after(now, calendar),
        "due_at": due,
        "warn_at": warning_before(due, now, terms.warning_hours, calendar),
        "public_consent": new.public_consent,
        "conversation_id": conversation,
        "message_id": new.message_id,
        "demonstration": new.demonstration,
    }


async def _channel(session: AsyncSession, conversation: uuid.UUID | None) -> str:
    if conversation is None:
        return "api"
    wanted = select(Conversation.channel).where(Conversation.id == conversation)
    return (await session.execute(wanted)).scalar_one_or_none() or ""


def _receipt(case: Feedback) -> FiledFeedback:
    return FiledFeedback(case.tracking_code, case.due_at.astimezone(TIME_ZONE).date())
