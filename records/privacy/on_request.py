"""The rights over one's own data for those who come to the office: callers, and whose case came from another program.

The office makes sure who asks; what it does is on the audit trail with the reason.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.database import Database
from records.feedback.codes import canonical_tracking_code
from records.feedback.life import OPEN
from records.models import Conversation, Feedback, Json
from records.privacy import holds, rights


async def export(session: AsyncSession, actor: audit.Actor, name: str, reason: str) -> dict[str, list[Json]]:
    """Everything that is kept of a conversation (its id), or of a case (``PA-…``) and the conversation it came from.

    Raises ``LookupError`` for an unknown one, and ``ValueError`` without a reason.
    """
    found = await _named(session, name, reason)
    await audit.record(session, actor, "privacy.export", _subject(found), reason.strip())
    if isinstance(found, Feedback):
        return await rights.case_data(session, found)
    return await rights.own_data(session, found)


async def erase(database: Database, actor: audit.Actor, name: str, reason: str, bot_url: str) -> rights.Erased:
    """Erases a conversation, or that of a case, as its citizen could; of a case without one, the contact.

    Raises ``LookupError`` for an unknown one, ``ValueError`` without a reason and for the contact of a case that is
    open, and ``rights.Held``.
    """
    async with database.session() as session:
        found = await _named(session, name, reason)
        if isinstance(found, Feedback):
            return await _forget_contact(session, found, actor, reason)
    outcome = await rights.erase_everywhere(database, found, bot_url, actor, reason.strip())
    if outcome.held:
        raise rights.Held
    return outcome


async def _forget_contact(session: AsyncSession, case: Feedback, actor: audit.Actor, reason: str) -> rights.Erased:
    if await holds.case_held(session, case):
        raise rights.Held
    if case.state in OPEN:
        raise ValueError(f"{case.tracking_code} is open and keeps its contact until it is answered")
    case.contact, case.contact_hash = None, None
    await audit.record(session, actor, "privacy.erase", _subject(case), reason.strip())
    return rights.Erased({}, (case.tracking_code,))


async def _named(session: AsyncSession, name: str, reason: str) -> uuid.UUID | Feedback:
    """The conversation that ``name`` means, or a case that came without one."""
    if not reason.strip():
        raise ValueError("this needs a reason")
    try:
        conversation = await session.get(Conversation, uuid.UUID(name))
    except ValueError:
        wanted = select(Feedback).where(Feedback.tracking_code == canonical_tracking_code(name))
        case = (await session.execute(wanted)).scalar_one_or_none()
        if case is not None:
            return case.conversation_id or case
    else:
        if conversation is not None:
            return conversation.id
    raise LookupError(f"there is no case and no conversation {name!r}")


def _subject(found: uuid.UUID | Feedback) -> str:
    return f"feedback:{found.tracking_code}" if isinstance(found, Feedback) else f"conversation:{found}"
