"""The tables of data protection: what citizens agreed to, and what may not be erased for the time being."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class Consent(Base):
    """A citizen agreed to one use of the own data, in the words of ``wording``; withdrawing it ends it."""

    __tablename__ = "consents"
    __table_args__ = (Index("consents_of_conversation", "conversation_id", "purpose"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    wording: Mapped[str] = mapped_column(String(20))
    """Version of the wording, as ``records/privacy/wordings.yml`` has it."""
    given_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[dt.datetime | None]


class LegalHold(Base):
    """What may not be erased, by a citizen's wish or by age, until the hold is lifted."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        Index("legal_holds_in_force", "subject", unique=True, postgresql_where=text("lifted_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subject: Mapped[str]
    """``feedback:PA-…`` or ``conversation:<id>``; a held case holds its conversation."""
    reason: Mapped[str]
    placed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    lifted_at: Mapped[dt.datetime | None]
