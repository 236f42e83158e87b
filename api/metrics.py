"""Figures for Prometheus: counted where things happen, or read from the database when somebody looks."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Conversation, ConversationStatus, Delivery, DeliveryState, Message, MessageState

TURNS = Counter("motcua_turns", "Messages carried on by this process", ["channel", "outcome"])
TURN_SECONDS = Histogram(
    "motcua_bot_seconds",
    "Seconds that the bot took for one message",
    buckets=(0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10, 20),
)
_WAITING = Gauge("motcua_messages_waiting", "Messages of citizens without an answer")
_FAILED = Gauge("motcua_messages_failed", "Messages that were given up and wait for staff")
_DELIVERIES = Gauge("motcua_deliveries", "Messages in the outbox that are pending or dead", ["state"])
_HANDOVERS = Gauge("motcua_conversations_waiting", "Conversations that wait for a person")


async def read_queues(session: AsyncSession) -> None:
    """Brings the gauges up to date."""
    _WAITING.set(await _count(session, select(func.count(Message.id)).where(Message.state == MessageState.RECEIVED)))
    _FAILED.set(await _count(session, select(func.count(Message.id)).where(Message.state == MessageState.FAILED)))
    for state in (DeliveryState.PENDING, DeliveryState.DEAD):
        number = await _count(session, select(func.count(Delivery.id)).where(Delivery.state == state))
        _DELIVERIES.labels(state).set(number)
    waiting = select(func.count(Conversation.id)).where(Conversation.status == ConversationStatus.WAITING)
    _HANDOVERS.set(await _count(session, waiting))


async def _count(session: AsyncSession, query: Select[int]) -> int:
    return (await session.execute(query)).scalar_one()
