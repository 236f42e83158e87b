"""The tracker store: Rasa's SQL store, made to refuse a database that it cannot use, and to ask it for little."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

_LATEST_SESSION = """
FROM events WHERE sender_id = :sender AND timestamp >= coalesce(
    (SELECT max(timestamp) FROM events WHERE sender_id = :sender AND type_name = 'session_started'), '-Infinity')
"""
_EVENTS = sa.text(f"SELECT data {_LATEST_SESSION} ORDER BY id")
_COUNT = sa.text(f"SELECT count(*) {_LATEST_SESSION}")


class ConversationStore(SQLTrackerStore):
    """``SQLTrackerStore`` that ends the start of the server when its table cannot be made.

    Rasa's own class logs that and goes on without the table, so that every later turn fails. Named in
    ``endpoints.yml`` with the whole database address as ``url``; the database is the bot's own, because the table is
    called ``events``. Plain statements read and write it: Rasa's objects and queries took a sixth of a turn.
    """

    def __init__(self, host: str, **kwargs: Any) -> None:
        super().__init__(host=host, **kwargs)
        self.Base.metadata.create_all(self.engine)
        sa.event.listen(self.engine, "connect", _commit_each)
        self.engine.dispose()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the latest session; ``None`` where there is none."""
        with self.engine.connect() as connection:
            events = [json.loads(data) for data in connection.execute(_EVENTS, {"sender": sender_id}).scalars()]
        if not events:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        tracker.events_stored = len(events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores the events that are not stored yet; of a tracker not read here, the database knows which."""
        with self.engine.connect() as connection:
            stored: int | None = getattr(tracker, "events_stored", None)
            if stored is None:
                stored = connection.execute(_COUNT, {"sender": tracker.sender_id}).scalar_one()
            rows = [_row(tracker.sender_id, event) for event in islice(tracker.events, stored, None)]
            if rows:
                connection.execute(sa.insert(self.SQLEvent), rows)
        tracker.events_stored = len(tracker.events)


def _commit_each(connection: Any, _record: object) -> None:
    """A turn is read by one statement and written by another; a transaction around each would be three."""
    connection.autocommit = True


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data["timestamp"],
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
