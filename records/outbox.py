"""The outbox: what has still to reach a citizen on an outside channel.

A message goes out in parts, such as a long text and a file, one after the other, and each is noted when the channel has
taken it. So nothing is lost, nothing overtakes, and what was noted is never sent again, whatever fails after it: only
the part on its way when a process or a connection dies goes out once more, when the channel had taken it and could not
say so. Neither Telegram nor Zalo takes a key by which they would know it again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Delivery, DeliveryState, Message
from records.queue import defer

MAX_ATTEMPTS = 12
DELIVER = "outbox.deliver"


async def post(session: AsyncSession, message: Message) -> None:
    """Puts a stored message on its way, in the same transaction."""
    await session.flush()
    session.add(Delivery(conversation_id=message.conversation_id, message_id=message.id))
    await session.flush()
    await defer_delivery(session, message.conversation_id)


async def defer_delivery(session: AsyncSession, conversation_id: uuid.UUID, after: dt.timedelta | None = None) -> None:
    """Queues the delivery of all that waits in a conversation."""
    await defer(session, DELIVER, f"outbox:{conversation_id}", after, conversation_id=str(conversation_id))


async def next_delivery(session: AsyncSession, conversation_id: uuid.UUID) -> tuple[Delivery, Message] | None:
    """The oldest message still to be sent; the ones behind it wait for it, so that the order holds."""
    wanted = (
        select(Delivery, Message)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.conversation_id == conversation_id, Delivery.state == DeliveryState.PENDING)
        .order_by(Delivery.id)
        .limit(1)
    )
    row = (await session.execute(wanted)).one_or_none()
    return (row[0], row[1]) if row else None


def mark_part_sent(delivery: Delivery) -> None:
    """Notes that the channel took the next part of the message, and that there are more."""
    delivery.parts_sent += 1


def mark_sent(delivery: Delivery, channel_message_id: str | None) -> None:
    """Notes that the channel took the message, or the last part of it."""
    delivery.state = DeliveryState.SENT
    delivery.channel_message_id = channel_message_id
    delivery.sent_at = dt.datetime.now(dt.UTC)


def mark_failed(
    delivery: Delivery, reason: str, *, permanent: bool, after: dt.timedelta | None = None
) -> dt.timedelta | None:
    """Notes a failed attempt. Returns how long to wait before the next one, or none when the message is given up."""
    delivery.attempts += 1
    delivery.last_error = reason
    if permanent or delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = DeliveryState.DEAD
        return None
    wait = after or backoff(delivery.attempts)
    delivery.next_attempt_at = dt.datetime.now(dt.UTC) + wait
    return wait


def backoff(attempts: int) -> dt.timedelta:
    """Waiting time after the n-th failure: 2 s, 4 s, … up to 15 minutes."""
    return dt.timedelta(seconds=min(2**attempts, 900))


async def overdue(session: AsyncSession, older_than: dt.timedelta, limit: int = 500) -> Sequence[uuid.UUID]:
    """Conversations with a delivery that waits longer than it should."""
    now = dt.datetime.now(dt.UTC)
    wanted = (
        select(Delivery.conversation_id)
        .where(
            Delivery.state == DeliveryState.PENDING,
            func.coalesce(Delivery.next_attempt_at, Delivery.created_at) < now - older_than,
        )
        .distinct()
        .limit(limit)
    )
    return (await session.execute(wanted)).scalars().all()
