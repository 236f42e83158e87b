"""Conversations of the last days as their messages, for learning from questions that were not answered at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Message


async def conversations_since(session: AsyncSession, since: dt.datetime) -> list[Sequence[Message]]:
    """The messages of citizens and of the bot since then (UTC), a list per conversation, oldest first."""
    told = Message.created_at >= since, Message.sender.in_(("citizen", "bot"))
    messages = await session.scalars(select(Message).where(*told).order_by(Message.conversation_id, Message.id))
    return [list(own) for _, own in groupby(messages, key=lambda message: message.conversation_id)]
