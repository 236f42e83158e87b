"""The tables of feedback: cases, what happened to them, how they belong together, how they were rated."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Encrypted, Json, KeyedHash, unique_where

_OPEN = text("state IN ('received', 'accepted', 'assigned', 'forwarded', 'with_agency')")
_ALERT = text("step IN ('warn', 'breach')")
_GROUPED = ["person", "agency", "category", "source", "agency_id"]
"""What figures are counted and grouped by, and whose cases somebody sees: kept in their indexes."""
_PERSON = "coalesce(uuid_hash_extended(conversation_id, 0), hashtextextended(encode(contact_hash, 'hex'::text), 0), id)"


class Feedback(Base):
    """A report or suggestion of a citizen (phản ánh, kiến nghị; Nghị định 20/2008/NĐ-CP)."""

    __tablename__ = "feedback"
    __table_args__ = (
        unique_where("feedback_filed_once", "conversation_id", "message_id"),
        Index("feedback_open_due", "due_at", postgresql_where=_OPEN),
        Index("feedback_created", "created_at", postgresql_include=_GROUPED),
        Index("feedback_of_contact", "contact_hash", postgresql_where=text("contact_hash IS NOT NULL")),
        Index(
            "feedback_answered",
            "answered_at",
            postgresql_include=["created_at", "due_at", *_GROUPED],
            postgresql_where=text("answered_at IS NOT NULL"),
        ),
        Index(
            "feedback_answered_late",
            "answered_at",
            postgresql_include=["created_at", "due_at", *_GROUPED],
            postgresql_where=text("answered_at > due_at"),
        ),
        Index("feedback_merged_into", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        Index("feedback_reopen_until", "reopen_until", postgresql_where=text("state = 'answered'")),
        Index("feedback_words", text("motcua_words((what || ' '::text) || \"where\")"), postgresql_using="gin"),
        Index(
            "feedback_open_text",
            literal_column("motcua_folded(what)", Text()).label("text"),
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
            postgresql_where=_OPEN,
        ),
        Index("feedback_open_point", "latitude", "longitude", postgresql_where=_OPEN),
        Index("feedback_of_conversation", "conversation_id"),
        Index(
            "feedback_published",
            text("published_at DESC"),
            text("id DESC"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tracking_code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    what: Mapped[str]
    where: Mapped[str] = mapped_column(default="")
    when: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    contact: Mapped[bytes | None] = mapped_column(Encrypted)
    """Phone number or e-mail address; none when anonymous."""
    contact_hash: Mapped[bytes | None] = mapped_column(KeyedHash, info={"of": "contact", "purpose": "contact"})
    """By which the cases of one contact are found."""
    person: Mapped[int] = mapped_column(BigInteger, Computed(_PERSON, persisted=True))
    """Who filed it, for figures: a conversation, or else a contact; a case without either is of a person of its own.

    64 bits are counted faster than what they stand for. Were two of them ever alike, fewer people would be counted.
    """
    source: Mapped[str] = mapped_column(String(20), default="")
    """The channel it came by: that of the conversation, ``api`` or ``open311``."""
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[str | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every step, so that nobody overwrites what somebody else did in the meantime."""
    category: Mapped[str | None] = mapped_column(String(40))
    agency: Mapped[str] = mapped_column(default="")
    """The competent agency that it was forwarded to."""
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    handler_id: Mapped[str | None]
    handler_name: Mapped[str | None]
    triage_due_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime]
    warn_at: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]
    """Since when the clock stands still, waiting for the citizen."""
    proposed_answer: Mapped[Json | None]
    """``text``, ``by`` and ``name`` of an answer that a lead has still to approve."""
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[dt.datetime | None]
    reopen_until: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("feedback.id"))

    public_consent: Mapped[bool | None]
    """Whether the citizen agreed to the public board; none while not asked."""
    public_title: Mapped[str] = mapped_column(default="")
    public_what: Mapped[str] = mapped_column(default="")
    public_answer: Mapped[str] = mapped_column(default="")
    published_at: Mapped[dt.datetime | None]


class FeedbackEvent(Base):
    """One step in the life of a case. Rows are only ever added; a trigger sees to it."""

    __tablename__ = "feedback_events"
    __table_args__ = (
        Index("feedback_events_of_feedback", "feedback_id", "id"),
        Index(
            "feedback_events_alerted_once",
            "feedback_id",
            "step",
            text("(details ->> 'clock')"),
            text("(details ->> 'due')"),
            unique=True,
            postgresql_where=_ALERT,
        ),
        Index("feedback_events_alerts", "at", postgresql_where=_ALERT),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"))
    step: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    """The state after the step."""
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(default="")
    actor_name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """Why, for staff only."""
    public_note: Mapped[str] = mapped_column(default="")
    """What the citizen is told about it."""
    details: Mapped[Json] = mapped_column(default=dict)
    at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class FeedbackLink(Base):
    """Two cases that have to do with each other; the one filed first stands first."""

    __tablename__ = "feedback_links"
    __table_args__ = (
        Index("feedback_links_of_second", "second_id"),
        CheckConstraint("first_id < second_id", name="feedback_links_order"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """``related``, or ``split`` for a case made out of another one."""
    at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class FeedbackRating(Base):
    """What the citizen thinks of the answer; a later rating replaces an earlier one."""

    __tablename__ = "feedback_ratings"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="feedback_ratings_score"),
        Index("feedback_ratings_at", "at"),
    )

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
