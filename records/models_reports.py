"""The tables of periodic reports: what is due from whom, and what was signed and sent."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Json


class ReportDefinition(Base):
    """A report that is due again and again: which indicators, how often, from whom, how long after the period."""

    __tablename__ = "report_definitions"
    __table_args__ = (CheckConstraint("due_days BETWEEN 1 AND 90", name="report_definitions_due_days"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    indicators: Mapped[list[str]]
    every: Mapped[str] = mapped_column(String(10))
    due_days: Mapped[int]
    """Days after the end of the period by which it is to be sent."""
    since: Mapped[dt.date]
    """The first period is the one with this day."""
    until: Mapped[dt.date | None]
    """No period that begins after this day is due any more."""
    created_by: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class ReportingAgency(Base):
    """Who owes a report; no agency stands for the one-stop shop itself, over all cases."""

    __tablename__ = "reporting_agencies"
    __table_args__ = (
        Index("reporting_agencies_once", "definition_id", "agency_id", unique=True, postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("report_definitions.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))


class Report(Base):
    """A report of one agency for one period, from the moment that it was signed; its figures stand still from then."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("reports_once", "definition_id", "agency_id", "start", unique=True, postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("report_definitions.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    start: Mapped[dt.date]
    figures: Mapped[Json]
    """``{indicator: {"value", "people"}}``."""
    note: Mapped[str] = mapped_column(default="")
    signed_by: Mapped[str]
    signed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    sent_by: Mapped[str | None]
    sent_at: Mapped[dt.datetime | None]
