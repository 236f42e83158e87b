"""The tables of the hotline: calls with their transcripts and recordings, the call-back list, voice mail,
and confirmed numbers.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Encrypted, Json, KeyedHash


class Call(Base):
    """One call; what was said stands in its conversation as well."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("calls_recorded", "started_at", postgresql_where=text("recorded")),
        Index("calls_of_conversation", "conversation_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """The UUID by which Asterisk's AudioSocket names it."""
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversations.id"))
    caller: Mapped[bytes | None] = mapped_column(Encrypted)
    """Telephone number; none when it was withheld."""
    started_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[dt.datetime | None]
    ending: Mapped[str | None] = mapped_column(String(10))
    """``hangup``, ``queue``, ``urgent``, ``busy``, or ``lost`` when the caller or the line ended it."""
    summary: Mapped[str] = mapped_column(default="")
    transcript: Mapped[list[Json]] = mapped_column(default=list)
    """``{"speaker", "start", "end", "words": [{"text", "start", "end", "confidence"}]}``, in seconds; masked."""
    recorded: Mapped[bool] = mapped_column(default=False)
    """Whether there is a recording, encrypted in the folder ``recordings``."""


class CallBack(Base):
    """A caller who is to be called between two moments: it was promised in the call, or there is news."""

    __tablename__ = "call_backs"
    __table_args__ = (
        Index("call_backs_open", "earliest", postgresql_where=text("done_at IS NULL")),
        Index("call_backs_of_call", "call_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calls.id"))
    phone: Mapped[bytes] = mapped_column(Encrypted)
    reason: Mapped[str]
    """What for; news stand a line each."""
    earliest: Mapped[dt.datetime]
    latest: Mapped[dt.datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who took it over and calls."""
    result: Mapped[str] = mapped_column(default="")
    """How the call went, for staff."""
    done_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class VoiceMail(Base):
    """A message that a caller left for staff; the sound lies encrypted beside the recordings."""

    __tablename__ = "voice_mails"
    __table_args__ = (Index("voice_mails_open", "due_at", postgresql_where=text("done_at IS NULL")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calls.id"), unique=True)
    phone: Mapped[bytes | None] = mapped_column(Encrypted)
    """The caller's number; none when it was withheld."""
    seconds: Mapped[float]
    transcript: Mapped[list[Json] | None] = mapped_column(JSONB(none_as_null=True))
    """As that of a call; none until it was listened to by machine."""
    due_at: Mapped[dt.datetime]
    """When somebody should have seen to it, by the calendar of the office."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who took it."""
    result: Mapped[str] = mapped_column(default="")
    """What came of it, for staff."""
    done_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class ConfirmedNumber(Base):
    """The telephone number of the citizen of a conversation, as its channel vouches for it."""

    __tablename__ = "confirmed_numbers"
    __table_args__ = (Index("confirmed_numbers_of_phone", "phone_hash"),)

    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    phone: Mapped[bytes] = mapped_column(Encrypted)
    phone_hash: Mapped[bytes] = mapped_column(KeyedHash, info={"of": "phone", "purpose": "phone"})
    confirmed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
