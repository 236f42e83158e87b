"""The tables of the audit trail: what was done, and the chain that shows whether it was changed afterwards."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Json


class AuditEntry(Base):
    """Who did what to which subject, and why. Triggers let rows be added, never changed or taken away."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("audit_entries_of_subject", "subject", "id"),
        Index("audit_entries_of_actor", "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str]
    """Kind and name, such as ``feedback:PA-7K2M-9XQ4``; never personal data."""
    reason: Mapped[str]
    details: Mapped[Json]


class AuditLink(Base):
    """The chain over the entries, in the order of their commits; the database writes it as each transaction ends."""

    __tablename__ = "audit_links"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    hash: Mapped[bytes]
    """SHA-256 over the hash before it and the entry (``records.audit``)."""
