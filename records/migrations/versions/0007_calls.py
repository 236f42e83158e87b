"""Calls of the hotline, and the call-back list."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

_MOMENT = postgresql.TIMESTAMP(timezone=True)
_NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=True),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ending", sa.String(10), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("transcript", postgresql.JSONB(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
    )
    op.create_index("calls_recorded", "calls", ["started_at"], postgresql_where=sa.text("recorded"))
    op.create_table(
        "call_backs",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("call_id", sa.Uuid(), sa.ForeignKey("calls.id"), nullable=False, unique=True),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("earliest", _MOMENT, nullable=False),
        sa.Column("latest", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
    )
    op.create_index("call_backs_open", "call_backs", ["earliest"], postgresql_where=sa.text("done_at IS NULL"))
