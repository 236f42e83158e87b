"""Telephone numbers that a channel vouches for: what was asked in a call can be sent there in writing."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.feedback.contacts import canonical_contact
from records.models import ConfirmedNumber, Conversation

_PURPOSE = "phone"


async def confirm(session: AsyncSession, conversation_id: uuid.UUID, phone: str) -> None:
    """Notes the number of the citizen of a conversation, in place of an earlier one."""
    vault, phone = database_of(session).vault, canonical_contact(phone)
    values = {"phone": vault.encrypt(phone), "phone_hash": vault.digest(_PURPOSE, phone)}
    new = insert(ConfirmedNumber).values(conversation_id=conversation_id, **values)
    values["confirmed_at"] = dt.datetime.now(dt.UTC)  # pyright: ignore[reportArgumentType]
    await session.execute(new.on_conflict_do_update(index_elements=["conversation_id"], set_=values))


async def conversation_of(session: AsyncSession, phone: str) -> Conversation | None:
    """The conversation on an outside channel whose citizen has this number; the one confirmed last, of several."""
    hashes = database_of(session).vault.digests(_PURPOSE, canonical_contact(phone))
    wanted = (
        select(Conversation)
        .join(ConfirmedNumber, ConfirmedNumber.conversation_id == Conversation.id)
        .where(ConfirmedNumber.phone_hash.in_(hashes), Conversation.channel_user.is_not(None))
        .order_by(ConfirmedNumber.confirmed_at.desc())
        .limit(1)
    )
    return await session.scalar(wanted)
