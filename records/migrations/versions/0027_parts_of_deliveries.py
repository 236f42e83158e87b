"""How much of an outgoing message its channel has taken, so that the rest is sent and nothing twice."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("parts_sent", sa.Integer(), server_default=sa.text("0"), nullable=False))
