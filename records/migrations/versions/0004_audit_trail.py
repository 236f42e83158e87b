"""The audit trail: entries that can only be added, linked by the database as each transaction ends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    moment, json = postgresql.TIMESTAMP(timezone=True), postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", moment, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", json, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_entries_of_subject", "audit_entries", ["subject", "id"])
    op.create_index("audit_entries_of_actor", "audit_entries", ["actor_id", "id"])
    op.create_table(
        "audit_links",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("entry_id"),
    )
    # Under READ COMMITTED each statement of the function sees what committed before it: with the lock in hand, the last
    # link is the last one. The JSON array is what ``records.audit.canonical`` builds.
    op.execute("""
        CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            last audit_links;
            canonical text := jsonb_build_array(
                NEW.id, floor(extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.actor_kind, NEW.actor_id,
                NEW.actor_name, NEW.action, NEW.subject, NEW.reason, NEW.details::text)::text;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('motcua audit chain'));
            SELECT * INTO last FROM audit_links ORDER BY position DESC LIMIT 1;
            INSERT INTO audit_links (position, entry_id, hash) VALUES (
                COALESCE(last.position, 0) + 1, NEW.id,
                sha256(COALESCE(last.hash, decode(repeat('00', 32), 'hex')) || convert_to(canonical, 'UTF8')));
            RETURN NULL;
        END $$""")
    op.execute("""
        CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON audit_entries DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_link()""")
    op.execute("""
        CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$""")
    for table in ("audit_entries", "audit_links"):
        op.execute(f"""
            CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""")
        op.execute(f"""
            CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""")
