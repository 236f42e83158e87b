"""Staff of the console: accounts, sessions, handovers, notes; full-text search with and without accents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

_MOMENT = postgresql.TIMESTAMP(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())
_LETTERS = [chr(code) for code in [*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)]]
_CAPITALS = "".join(letter for letter in _LETTERS if letter.isupper() and len(letter.lower()) == 1)


def upgrade() -> None:
    _accounts()
    _work()
    _search()
    # Whatever concerns staff is told to the pages that they have open.
    op.execute("""
        CREATE FUNCTION tell_staff() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('staff', json_build_object('table', TG_TABLE_NAME)::text);
            RETURN NULL;
        END $$""")
    changes = {
        "feedback_events": "INSERT",
        "handovers": "INSERT OR UPDATE",
        "conversation_notes": "INSERT",
        "staff_presence": "INSERT OR DELETE",
    }
    for table, events in changes.items():
        op.execute(f"CREATE TRIGGER tell_staff AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION tell_staff()")


def _search() -> None:
    # Words as they are written and without accents: who types accents finds those alone, who types none finds all.
    # The capitals are folded here because lower() leaves them alone in the C locale.
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute(f"""
        CREATE FUNCTION motcua_words(value text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT to_tsvector('pg_catalog.simple', folded) ||
                to_tsvector('pg_catalog.simple', public.unaccent('public.unaccent', folded))
            FROM (SELECT translate(
                lower(normalize(left(value, 20000), NFC)), '{_CAPITALS}', '{_CAPITALS.lower()}') AS folded) AS text
        $$""")  # noqa: S608 - nothing in it comes from outside
    op.create_index(
        "feedback_words",
        "feedback",
        [sa.text("motcua_words((what || ' '::text) || \"where\")")],
        postgresql_using="gin",
    )
    op.create_index("messages_words", "messages", [sa.text("motcua_words(text)")], postgresql_using="gin")


def _accounts() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", _JSON, nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", _MOMENT, nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agencies.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer", "subject", name="staff_single_sign_on"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filters", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "name", name="saved_views_name"),
    )
    op.create_table(
        "staff_disclosures",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("staff_disclosures_of_staff", "staff_disclosures", ["staff_id", "subject", "at"])
    op.create_table(
        "staff_presence",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seen_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("staff_id", "subject"),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("staff_sessions_of_staff", "staff_sessions", ["staff_id"])


def _work() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("shortcut", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("shortcut"),
    )
    op.create_table(
        "conversation_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", _JSON, nullable=False),
        sa.Column("at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("conversation_notes_of_conversation", "conversation_notes", ["conversation_id"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "handovers_open", "handovers", ["conversation_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index("handovers_waiting", "handovers", ["asked_at"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("feedback_of_conversation", "feedback", ["conversation_id"])
    op.execute("""
        INSERT INTO handovers (conversation_id, reason)
        SELECT id, COALESCE(status_reason, '') FROM conversations WHERE status IN ('waiting', 'person')""")
    op.execute("UPDATE conversations SET status = 'waiting' WHERE status = 'person'")
