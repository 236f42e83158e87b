"""Figures over cases read those answered late and those rated in a period by index."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index(
        "feedback_answered_late", "feedback", ["answered_at"], postgresql_where=sa.text("answered_at > due_at")
    )
    op.create_index("feedback_ratings_at", "feedback_ratings", ["at"])
