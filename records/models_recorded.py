"""The tables of the call centre's own recordings: what was said in them, masked, and what it was about."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Json


class RecordedCall(Base):
    """One recording that was transcribed; the sound itself stays with the call centre."""

    __tablename__ = "recorded_calls"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the file: the same recording is taken once, whatever it is called."""
    name: Mapped[str]
    """What the file was called, masked."""
    recorded_at: Mapped[dt.datetime]
    seconds: Mapped[float]
    """Where its last line ends."""
    topics: Mapped[list[Json]]
    """``{"code", "name", "field"}`` of the procedures that it was about, the most frequent first."""
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class RecordedLine(Base):
    """What one side of a recorded call said without a pause, masked; times in seconds."""

    __tablename__ = "recorded_lines"
    __table_args__ = (
        Index("recorded_lines_of_call", "digest", "start"),
        Index("recorded_lines_words", text("motcua_words(text)"), postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[str] = mapped_column(ForeignKey("recorded_calls.digest", ondelete="CASCADE"))
    channel: Mapped[int]
    start: Mapped[float]
    end: Mapped[float]
    text: Mapped[str]
