"""When whoever waits for a person should have been answered; agencies whose leads approve answers."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("handovers", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE handovers SET due_at = asked_at + interval '15 minutes'")
    op.add_column("agencies", sa.Column("answers_approved", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("feedback_events", "actor_kind", type_=sa.String(20))
