"""The tables around dossiers: who wants to hear of them, and what was paid."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base

_ACTIVE = text("ended_at IS NULL")


class DossierSubscription(Base):
    """A conversation that hears of a dossier's changes until it is ended."""

    __tablename__ = "dossier_subscriptions"
    __table_args__ = (
        Index("dossier_subscriptions_active", "dossier_code", "conversation_id", unique=True, postgresql_where=_ACTIVE),
        Index("dossier_subscriptions_of_conversation", "conversation_id", postgresql_where=_ACTIVE),
        Index("dossier_subscriptions_waiting", "waiting_since", postgresql_where=text("waiting_since IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dossier_code: Mapped[str] = mapped_column(ForeignKey("dossiers.code"))
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    told: Mapped[str] = mapped_column(String(64))
    """Fingerprint of what the citizen knows of the dossier, so that nothing is told twice."""
    waiting_since: Mapped[dt.datetime | None]
    """Since when there is news that could not be sent."""
    waiting_reason: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[dt.datetime | None]


class PaymentAccount(Base):
    """Where an agency's fees are paid to."""

    __tablename__ = "payment_accounts"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    bank: Mapped[str] = mapped_column(String(6))
    """The bank's six digits with NAPAS."""
    number: Mapped[str] = mapped_column(String(19))
    holder: Mapped[str]
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Payment(Base):
    """A sum that a citizen was asked for, and whether it arrived. Nothing of a card or of the payer is kept."""

    __tablename__ = "payments"
    __table_args__ = (
        Index("payments_open_once", "dossier_code", "amount", unique=True, postgresql_where=text("state = 'open'")),
        Index("payments_of_dossier", "dossier_code"),
        Index("payments_of_conversation", "conversation_id", postgresql_where=text("conversation_id IS NOT NULL")),
        Index("payments_transaction", "provider", "transaction", unique=True),
        CheckConstraint("state IN ('open', 'paid', 'differs')", name="payments_state"),
    )

    reference: Mapped[str] = mapped_column(String(25), primary_key=True)
    """Stands in the transfer's purpose, by which the bank's notice is matched."""
    dossier_code: Mapped[str] = mapped_column(ForeignKey("dossiers.code"))
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversations.id"))
    provider: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[str]
    bank: Mapped[str] = mapped_column(String(6))
    number: Mapped[str] = mapped_column(String(19))
    holder: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="open")
    paid_amount: Mapped[int | None] = mapped_column(BigInteger)
    transaction: Mapped[str | None] = mapped_column(String(64))
    """The provider's own id of the transfer."""
    paid_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class PaymentNotice(Base):
    """The nonce of a notice that was taken, so that it cannot be played back."""

    __tablename__ = "payment_notices"

    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
