"""Figures of a period read what was filed or finished in it, not every dossier there is."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_index("dossiers_submitted", "dossiers", ["submitted_on"], postgresql_include=["code", "procedure_code"])
    op.create_index(
        "dossiers_finished", "dossiers", ["finished_on"], postgresql_where=sa.text("finished_on IS NOT NULL")
    )
    op.drop_index("dossier_events_finished", "dossier_events")
    op.create_index("dossier_events_finished", "dossier_events", ["at"], postgresql_where=sa.text("state IN (9, 10)"))
