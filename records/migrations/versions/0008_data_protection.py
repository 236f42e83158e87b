"""Contacts that can be found by keyed hash, consents, legal holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    moment = postgresql.TIMESTAMP(timezone=True)
    # Contacts from before get their hash with the next ``motcua keys rotate``.
    op.add_column("feedback", sa.Column("contact_hash", sa.LargeBinary(), nullable=True))
    op.create_index(
        "feedback_of_contact", "feedback", ["contact_hash"], postgresql_where=sa.text("contact_hash IS NOT NULL")
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("given_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consents_of_conversation", "consents", ["conversation_id", "purpose"])
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("lifted_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "legal_holds_in_force", "legal_holds", ["subject"], unique=True, postgresql_where=sa.text("lifted_at IS NULL")
    )
