"""Waking up whoever waits for a conversation: PostgreSQL's LISTEN in one connection per process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psycopg
import structlog

from records.conversations import NOTIFY_CHANNEL
from records.feedback.clock import STAFF_CHANNEL
from records.settings import Settings


class Signals:
    """Listens while it is open; after a lost connection everyone is woken once, so that nothing is missed."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.url()
        self._events: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncGenerator[Signals]:
        """Signals that are delivered until the block ends."""
        signals = cls(settings)
        task = asyncio.create_task(signals._listen())
        try:
            yield signals
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @asynccontextmanager
    async def subscription(self, conversation_id: object) -> AsyncGenerator[asyncio.Event]:
        """An event that is set whenever the conversation changes; clear it before looking again.

        ``STAFF_CHANNEL`` in place of an id stands for whatever concerns staff: cases, handovers, who looks at what.
        """
        key, event = str(conversation_id), asyncio.Event()
        self._events[key].add(event)
        try:
            yield event
        finally:
            self._events[key].discard(event)
            if not self._events[key]:
                del self._events[key]

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    await connection.execute(f"LISTEN {STAFF_CHANNEL}")
                    self._wake(list(self._events))
                    async for notice in connection.notifies():
                        self._wake([STAFF_CHANNEL if notice.channel == STAFF_CHANNEL else notice.payload])
            except psycopg.OperationalError as error:
                structlog.get_logger().warning("signals interrupted", error=type(error).__name__)
                await asyncio.sleep(1)

    def _wake(self, keys: list[str]) -> None:
        for key in keys:
            for event in self._events.get(key, ()):
                event.set()
