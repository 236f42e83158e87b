"""The table of examples that editors add to intents."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Json


class IntentVersion(Base):
    """One set of examples, whole; the one that was published last is in use."""

    __tablename__ = "intent_versions"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """0 stands for the assistant as it was delivered, without further examples."""
    base: Mapped[int] = mapped_column(BigInteger)
    """The version that was in use when this one was made."""
    examples: Mapped[list[Json]]
    """``[{"text", "intent", "by", "at"}]``."""
    author: Mapped[str]
    at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(String(10))
    """Of its trial run: see ``records.staff.intents.TrialState``."""
    outcome: Mapped[Json | None]
    """What the trial run found: see ``api.intent_training``; texts are masked."""
    published_at: Mapped[dt.datetime | None]
    taken_up_at: Mapped[dt.datetime | None]
    """When the assistant began to use it, after it was published last."""
