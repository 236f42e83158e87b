"""Examples that editors add to intents, a whole set per version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"

_MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "intent_versions",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("examples", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("taken_up_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.execute("""
        CREATE TRIGGER tell_staff AFTER INSERT OR UPDATE ON intent_versions
        FOR EACH ROW EXECUTE FUNCTION tell_staff()""")
