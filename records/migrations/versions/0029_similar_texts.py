"""Open cases that may be the same are found by their text: many cases share a place."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.drop_index("feedback_open_place", "feedback")
    op.create_index(
        "feedback_open_text",
        "feedback",
        [sa.text("motcua_folded(what) gin_trgm_ops")],
        postgresql_using="gin",
        postgresql_where=sa.text("state IN ('received', 'accepted', 'assigned', 'forwarded', 'with_agency')"),
    )
