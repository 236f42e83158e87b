"""Sound that citizens send is stored encrypted, and what was heard in it stands beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("attachments", sa.Column("content_key", sa.LargeBinary(), nullable=True))
    op.add_column("attachments", sa.Column("transcript", sa.Text(), nullable=True))
    op.create_index(
        "attachments_encrypted", "attachments", ["created_at"], postgresql_where=sa.text("content_key IS NOT NULL")
    )
