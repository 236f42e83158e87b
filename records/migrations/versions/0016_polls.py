"""Opinion polls between agencies; files that staff put into one belong to no conversation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

_MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("feedback_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("remind_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("polls_of_feedback", "polls", ["feedback_id"])
    op.create_index("polls_open", "polls", ["due_at"], postgresql_where=sa.text("closed_at IS NULL"))
    op.create_table(
        "poll_answers",
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("reminded_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"]),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"]),
        sa.PrimaryKeyConstraint("poll_id", "agency_id"),
    )
    op.create_index(
        "poll_answers_of_agency", "poll_answers", ["agency_id"], postgresql_where=sa.text("answered_at IS NULL")
    )
    for table in ("polls", "poll_answers"):
        op.execute(f"""
            CREATE TRIGGER tell_staff AFTER INSERT OR UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION tell_staff()""")
    op.alter_column("attachments", "conversation_id", nullable=True)
    op.add_column("attachments", sa.Column("poll_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key("attachments_poll_id_fkey", "attachments", "polls", ["poll_id"], ["id"])
    op.create_index("attachments_of_poll", "attachments", ["poll_id"], postgresql_where=sa.text("poll_id IS NOT NULL"))
