"""Messages of callers are due at a time; those that lie there are due a day after they were left."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("voice_mails", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE voice_mails SET due_at = created_at + interval '1 day'")
    op.alter_column("voice_mails", "due_at", nullable=False)
    op.drop_index("voice_mails_open", "voice_mails")
    op.create_index("voice_mails_open", "voice_mails", ["due_at"], postgresql_where=sa.text("done_at IS NULL"))
