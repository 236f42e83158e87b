"""Conversations that staff gave back, so that the bot leaves the form that was open before."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "conversations", sa.Column("given_back", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
