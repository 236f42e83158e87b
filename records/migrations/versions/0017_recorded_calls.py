"""Recordings of the call centre, transcribed: lines that can be searched, and topics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    moment = sa.TIMESTAMP(timezone=True)
    op.create_table(
        "recorded_calls",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("topics", JSONB(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
    )
    op.create_table(
        "recorded_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("digest", sa.String(64), sa.ForeignKey("recorded_calls.digest", ondelete="CASCADE"), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("start", sa.Float(), nullable=False),
        sa.Column("end", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("recorded_lines_of_call", "recorded_lines", ["digest", "start"])
    op.create_index("recorded_lines_words", "recorded_lines", [sa.text("motcua_words(text)")], postgresql_using="gin")
