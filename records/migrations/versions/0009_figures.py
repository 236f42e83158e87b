"""Indexes for figures over periods."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index(
        "messages_of_citizens",
        "messages",
        ["created_at", "conversation_id"],
        postgresql_where=sa.text("sender = 'citizen'"),
    )
    op.create_index(
        "messages_about_procedures", "messages", ["created_at"], postgresql_where=sa.text("procedure IS NOT NULL")
    )
    op.create_index(
        "feedback_answered", "feedback", ["answered_at"], postgresql_where=sa.text("answered_at IS NOT NULL")
    )
