"""Networks of second-factor attempts, notices of changes, fees paid, payments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

_MOMENT = postgresql.TIMESTAMP(timezone=True)
_NOW = sa.text("now()")
_ACTIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("network_digest", sa.LargeBinary(), nullable=True))
    op.add_column("verifications", sa.Column("network_digest", sa.LargeBinary(), nullable=True))
    op.create_index(
        "verifications_of_network",
        "verifications",
        ["network_digest", "at"],
        postgresql_where=sa.text("network_digest IS NOT NULL"),
    )
    op.add_column("dossiers", sa.Column("fee_paid", sa.BigInteger(), nullable=True))
    op.create_index("dossier_events_finished", "dossier_events", ["at"], postgresql_where=sa.text("state = 9"))
    _subscriptions()
    _payments()


def _subscriptions() -> None:
    op.create_table(
        "dossier_subscriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_code", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.String(length=64), nullable=False),
        sa.Column("waiting_since", _MOMENT, nullable=True),
        sa.Column("waiting_reason", sa.String(length=20), nullable=True),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["dossier_code"], ["dossiers.code"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "dossier_subscriptions_active",
        "dossier_subscriptions",
        ["dossier_code", "conversation_id"],
        unique=True,
        postgresql_where=_ACTIVE,
    )
    op.create_index(
        "dossier_subscriptions_of_conversation",
        "dossier_subscriptions",
        ["conversation_id"],
        postgresql_where=_ACTIVE,
    )
    op.create_index(
        "dossier_subscriptions_waiting",
        "dossier_subscriptions",
        ["waiting_since"],
        postgresql_where=sa.text("waiting_since IS NOT NULL"),
    )


def _payments() -> None:
    op.create_table(
        "payment_accounts",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("bank", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=19), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"]),
        sa.PrimaryKeyConstraint("agency_id"),
    )
    op.create_table(
        "payments",
        sa.Column("reference", sa.String(length=25), nullable=False),
        sa.Column("dossier_code", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("bank", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=19), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("paid_amount", sa.BigInteger(), nullable=True),
        sa.Column("transaction", sa.String(length=64), nullable=True),
        sa.Column("paid_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.CheckConstraint("state IN ('open', 'paid', 'differs')", name="payments_state"),
        sa.ForeignKeyConstraint(["dossier_code"], ["dossiers.code"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index(
        "payments_open_once",
        "payments",
        ["dossier_code", "amount"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("payments_of_dossier", "payments", ["dossier_code"])
    op.create_index("payments_transaction", "payments", ["provider", "transaction"], unique=True)
    op.create_table(
        "payment_notices",
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("at", _MOMENT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("nonce"),
    )
