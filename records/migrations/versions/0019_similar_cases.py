"""Open cases are found by a place that is written alike, or that lies near."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_OPEN = sa.text("state IN ('received', 'accepted', 'assigned', 'forwarded', 'with_agency')")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("""
        CREATE FUNCTION motcua_folded(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT lower(public.unaccent('public.unaccent', normalize(left(value, 2000), NFC)))
        $$""")
    op.create_index(
        "feedback_open_place",
        "feedback",
        [sa.text('motcua_folded("where") gin_trgm_ops')],
        postgresql_using="gin",
        postgresql_where=_OPEN,
    )
    op.create_index("feedback_open_point", "feedback", ["latitude", "longitude"], postgresql_where=_OPEN)
