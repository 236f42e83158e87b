"""Pages of dossiers keep room for newer versions of their rows, so that a new state touches one page and no index."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("ALTER TABLE dossiers SET (fillfactor = 80)")
