"""Messages that callers leave for staff."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "voice_mails",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("call_id", sa.Uuid(), sa.ForeignKey("calls.id"), nullable=False, unique=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("transcript", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
    )
    op.create_index("voice_mails_open", "voice_mails", ["created_at"], postgresql_where=sa.text("done_at IS NULL"))
    op.execute("""
        CREATE TRIGGER tell_staff AFTER INSERT OR UPDATE OR DELETE ON voice_mails
        FOR EACH ROW EXECUTE FUNCTION tell_staff()""")
