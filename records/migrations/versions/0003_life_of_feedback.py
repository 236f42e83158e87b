"""The life of a case: who did what and why, clocks, agencies, answers, ratings, merging, the public board."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_MOMENT = postgresql.TIMESTAMP(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())
_OPEN = sa.text("state IN ('received', 'accepted', 'assigned', 'forwarded', 'with_agency')")
_ALERT = sa.text("step IN ('warn', 'breach')")


def upgrade() -> None:
    _cases()
    _events()
    op.create_table(
        "feedback_links",
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="feedback_links_order"),
        sa.ForeignKeyConstraint(["first_id"], ["feedback.id"]),
        sa.ForeignKeyConstraint(["second_id"], ["feedback.id"]),
        sa.PrimaryKeyConstraint("first_id", "second_id"),
    )
    op.create_index("feedback_links_of_second", "feedback_links", ["second_id"])
    op.create_table(
        "feedback_ratings",
        sa.Column("feedback_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", _JSON, nullable=False),
        sa.Column("at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="feedback_ratings_score"),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"]),
        sa.PrimaryKeyConstraint("feedback_id"),
    )


def _cases() -> None:
    texts = ("agency", "answer", "public_title", "public_what", "public_answer")
    moments = ("triage_due_at", "due_at", "warn_at", "paused_at", "answered_at", "reopen_until", "closed_at")
    for column in (
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("source", sa.String(length=20), server_default="", nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("handler_id", sa.Text(), nullable=True),
        sa.Column("handler_name", sa.Text(), nullable=True),
        sa.Column("proposed_answer", _JSON, nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("public_consent", sa.Boolean(), nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in texts),
        *(sa.Column(name, _MOMENT, nullable=True) for name in moments),
    ):
        op.add_column("feedback", column)
    op.execute("""
        UPDATE feedback SET
            due_at = (due_on + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh',
            source = COALESCE((SELECT channel FROM conversations WHERE id = conversation_id), 'api'),
            answer = CASE WHEN state IN ('answered', 'closed') THEN COALESCE((
                SELECT public_note FROM feedback_events AS event
                WHERE event.feedback_id = feedback.id AND event.state = 'answered' ORDER BY id DESC LIMIT 1), '')
                ELSE '' END,
            answered_at = (SELECT max(at) FROM feedback_events AS event
                WHERE event.feedback_id = feedback.id AND event.state = 'answered'),
            closed_at = (SELECT max(at) FROM feedback_events AS event
                WHERE event.feedback_id = feedback.id AND event.state IN ('closed', 'declined'))""")
    op.alter_column("feedback", "due_at", nullable=False)
    op.drop_column("feedback", "due_on")
    op.create_foreign_key("feedback_agency_id_fkey", "feedback", "agencies", ["agency_id"], ["id"])
    op.create_foreign_key("feedback_merged_into_id_fkey", "feedback", "feedback", ["merged_into_id"], ["id"])
    op.create_index("feedback_open_due", "feedback", ["due_at"], postgresql_where=_OPEN)
    op.create_index("feedback_created", "feedback", ["created_at"])
    op.create_index(
        "feedback_merged_into", "feedback", ["merged_into_id"], postgresql_where=sa.text("merged_into_id IS NOT NULL")
    )
    op.create_index(
        "feedback_reopen_until", "feedback", ["reopen_until"], postgresql_where=sa.text("state = 'answered'")
    )
    op.create_index(
        "feedback_published",
        "feedback",
        [sa.text("published_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )


def _events() -> None:
    for column in (
        sa.Column("step", sa.String(length=20), nullable=True),
        sa.Column("actor_kind", sa.String(length=10), server_default="system", nullable=False),
        sa.Column("details", _JSON, server_default="{}", nullable=False),
        *(
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("actor_id", "actor_name", "reason")
        ),
    ):
        op.add_column("feedback_events", column)
    op.execute("""
        UPDATE feedback_events SET step = CASE state
            WHEN 'received' THEN 'receive' WHEN 'accepted' THEN 'accept' WHEN 'declined' THEN 'decline'
            WHEN 'forwarded' THEN 'forward' WHEN 'answered' THEN 'answer' ELSE 'close' END""")
    op.alter_column("feedback_events", "step", nullable=False)
    op.create_index(
        "feedback_events_alerted_once",
        "feedback_events",
        ["feedback_id", "step", sa.text("(details ->> 'clock')"), sa.text("(details ->> 'due')")],
        unique=True,
        postgresql_where=_ALERT,
    )
    op.create_index("feedback_events_alerts", "feedback_events", ["at"], postgresql_where=_ALERT)
    # Erasing personal data by law is the one change that is let through, and only where it announces itself.
    op.execute("""
        CREATE FUNCTION feedback_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('motcua.erasing', true) = 'on' THEN
                RETURN COALESCE(NEW, OLD);
            END IF;
            RAISE EXCEPTION 'feedback_events is append-only';
        END $$""")
    op.execute("""
        CREATE TRIGGER feedback_events_only_grow BEFORE UPDATE OR DELETE ON feedback_events
        FOR EACH ROW EXECUTE FUNCTION feedback_events_only_grow()""")
