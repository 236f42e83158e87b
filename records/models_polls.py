"""The tables of opinion polls: what agencies are asked about a case, and what each of them said."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class Poll(Base):
    """A question to several agencies about one case, until all have answered or its time is over."""

    __tablename__ = "polls"
    __table_args__ = (
        Index("polls_of_feedback", "feedback_id"),
        Index("polls_open", "due_at", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"))
    question: Mapped[str]
    options: Mapped[list[str]]
    due_at: Mapped[dt.datetime]
    remind_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[dt.datetime | None]


class PollAnswer(Base):
    """An agency that is asked; its answer, once somebody of it gave one."""

    __tablename__ = "poll_answers"
    __table_args__ = (Index("poll_answers_of_agency", "agency_id", postgresql_where=text("answered_at IS NULL")),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    choice: Mapped[int | None]
    """Place of the chosen option, from 0."""
    reason: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
