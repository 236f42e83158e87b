"""The tracker store: Rasa's SQL store, made to refuse a database that it cannot use."""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import SQLTrackerStore


class ConversationStore(SQLTrackerStore):
    """``SQLTrackerStore`` that ends the start of the server when its table cannot be made.

    Rasa's own class logs that and goes on without the table, so that every later turn fails. Named in
    ``endpoints.yml`` with the whole database address as ``url``; the database is the bot's own, because the table is
    called ``events``.
    """

    def __init__(self, host: str, **kwargs: Any) -> None:
        super().__init__(host=host, **kwargs)
        self.Base.metadata.create_all(self.engine)
