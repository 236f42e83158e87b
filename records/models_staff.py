"""The tables of the staff console: accounts, sessions, handovers, notes, ready-made replies, saved views."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Encrypted, Json


class StaffMember(Base):
    """Somebody who works in the console, by a local account or through the single sign-on of the agency."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="staff_single_sign_on"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[str]]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    """The agency that it works for, whose cases alone it sees; none for the one-stop shop itself."""
    fields: Mapped[list[str]] = mapped_column(default=list)
    """Categories of feedback that it is limited to; empty for all."""
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[bytes | None] = mapped_column(Encrypted)
    """None until the second factor is set up."""
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last time step whose code was used, so that no code opens anything twice (RFC 6238, 5.2)."""
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class StaffSession(Base):
    """One browser that is signed in, or on its way there. The token itself is not kept."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index("staff_sessions_of_staff", "staff_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    second_factor: Mapped[bool] = mapped_column(default=False)
    """Whether the second factor was given, here or by the single sign-on."""
    browser: Mapped[str] = mapped_column(default="")
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Handover(Base):
    """A conversation that waits for a person, or that one carries on, until it is given back."""

    __tablename__ = "handovers"
    __table_args__ = (
        Index("handovers_open", "conversation_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("handovers_waiting", "asked_at", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    reason: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[dt.datetime | None]
    """When whoever asked should have been answered; none where staff took the conversation over unasked."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


class ConversationNote(Base):
    """What staff tell each other about a conversation; citizens never see it."""

    __tablename__ = "conversation_notes"
    __table_args__ = (Index("conversation_notes_of_conversation", "conversation_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str]
    mentions: Mapped[list[str]] = mapped_column(default=list)
    """Logins of those who are to read it."""
    at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class CannedReply(Base):
    """A ready-made reply, called by ``/shortcut``."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    shortcut: Mapped[str] = mapped_column(String(30), unique=True)
    text: Mapped[str]
    changed_by: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class SavedView(Base):
    """Filters of the inbox that somebody keeps under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("staff_id", "name", name="saved_views_name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str]
    filters: Mapped[Json]


class Presence(Base):
    """Who is looking at what now; a row counts for as long as it is renewed."""

    __tablename__ = "staff_presence"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    """As ``records.staff.inbox.Work.subject``."""
    seen_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Disclosure(Base):
    """A case of a citizen that was opened from elsewhere, by whom and why; it stays open to that person for a day."""

    __tablename__ = "staff_disclosures"
    __table_args__ = (Index("staff_disclosures_of_staff", "staff_id", "subject", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    subject: Mapped[str]
    reason: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
