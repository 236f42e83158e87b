"""Legal holds: what is not erased while somebody may still have to prove it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from records import audit
from records.models import Conversation, Feedback
from records.models_privacy import LegalHold


async def place(session: AsyncSession, actor: audit.Actor, name: str, reason: str) -> str:
    """Holds a case (``PA-…``) or a conversation (its id), and returns the subject.

    Raises ``LookupError`` for an unknown one, and ``ValueError`` without a reason or where it is held already.
    """
    if not reason.strip():
        raise ValueError("a hold needs a reason")
    subject = await _subject(session, name)
    new = insert(LegalHold).values(subject=subject, reason=reason.strip())
    once = new.on_conflict_do_nothing(index_elements=["subject"], index_where=LegalHold.lifted_at.is_(None))
    placed = await session.scalar(once.returning(LegalHold.id))
    if placed is None:
        raise ValueError(f"{subject} is held already")
    await audit.record(session, actor, "hold.place", subject, reason.strip())
    return subject


async def lift(session: AsyncSession, actor: audit.Actor, name: str, reason: str) -> str:
    """Ends a hold; returns the subject. Raises ``LookupError`` where there is none."""
    subject = await _subject(session, name)
    wanted = update(LegalHold).where(LegalHold.subject == subject, LegalHold.lifted_at.is_(None))
    lifted = await session.scalar(wanted.values(lifted_at=func.now()).returning(LegalHold.id))
    if lifted is None:
        raise LookupError(f"{subject} is not held")
    await audit.record(session, actor, "hold.lift", subject, reason.strip())
    return subject


async def in_force(session: AsyncSession) -> Sequence[LegalHold]:
    """All holds that are not lifted, oldest first."""
    wanted = select(LegalHold).where(LegalHold.lifted_at.is_(None)).order_by(LegalHold.id)
    return (await session.execute(wanted)).scalars().all()


async def held(session: AsyncSession, conversation_id: uuid.UUID) -> bool:
    """Whether a conversation, or a case that came from it, is held."""
    cases = select(Feedback.tracking_code).where(Feedback.conversation_id == conversation_id)
    codes = (await session.execute(cases)).scalars().all()
    names = [f"conversation:{conversation_id}", *(f"feedback:{code}" for code in codes)]
    wanted = select(LegalHold.id).where(LegalHold.subject.in_(names), LegalHold.lifted_at.is_(None)).limit(1)
    return await session.scalar(wanted) is not None


async def case_held(session: AsyncSession, case: Feedback) -> bool:
    """Whether a case, or the conversation that it came from, is held."""
    free = select(Feedback.id).where(Feedback.id == case.id, case_not_held())
    return await session.scalar(free) is None


def not_held(conversation_id: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether neither the conversation in a column of a query nor a case that came from it is held."""
    case = select(func.concat("feedback:", Feedback.tracking_code)).where(Feedback.conversation_id == conversation_id)
    subject = LegalHold.subject
    held = select(1).where(
        LegalHold.lifted_at.is_(None), (subject == func.concat("conversation:", conversation_id)) | subject.in_(case)
    )
    return ~held.exists()


def case_not_held() -> ColumnElement[bool]:
    """Whether neither the case of a query on ``Feedback`` nor the conversation that it came from is held."""
    own = func.concat("feedback:", Feedback.tracking_code), func.concat("conversation:", Feedback.conversation_id)
    return ~select(1).where(LegalHold.subject.in_(own), LegalHold.lifted_at.is_(None)).exists()


async def _subject(session: AsyncSession, name: str) -> str:
    if name.upper().startswith("PA-"):
        code = await session.scalar(select(Feedback.tracking_code).where(Feedback.tracking_code == name.upper()))
        if code is not None:
            return f"feedback:{code}"
    else:
        try:
            if await session.get(Conversation, uuid.UUID(name)) is not None:
                return f"conversation:{name}"
        except ValueError:
            pass
    raise LookupError(f"there is no case and no conversation {name!r}")
