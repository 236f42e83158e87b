"""Agencies with their keys and uploads; who reported a state, and what else was said with it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    moment, json = postgresql.TIMESTAMP(timezone=True), postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "agencies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefixes", json, nullable=False),
        sa.Column("fields", json, nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "agency_keys",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "dossier_uploads",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("lines", "taken", "repeated", "late", "rejected")
        ),
        sa.Column("errors", json, nullable=False),
        sa.Column("updated_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"]),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    op.add_column("dossier_events", sa.Column("agency_id", sa.BigInteger(), nullable=True))
    op.add_column("dossier_events", sa.Column("details", json, server_default="{}", nullable=False))
    op.create_foreign_key("dossier_events_agency_id_fkey", "dossier_events", "agencies", ["agency_id"], ["id"])
    op.create_index(
        "dossier_events_taken_once", "dossier_events", ["dossier_code", "at", "state", "agency_id"], unique=True
    )
    op.drop_index("dossier_events_of_dossier", "dossier_events")
