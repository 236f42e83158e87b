"""A new message wakes whoever waits in its conversation; rows that are deleted are found where others point to them."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION wake_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('conversation', NEW.conversation_id::text);
            RETURN NULL;
        END $$""")
    op.execute("""
        CREATE TRIGGER wake_conversation AFTER INSERT ON messages
        FOR EACH ROW EXECUTE FUNCTION wake_conversation()""")
    op.create_index("outbox_of_message", "outbox", ["message_id"])
    for table, column in (
        ("attachments", "message_id"),
        ("attachments", "feedback_id"),
        ("payments", "conversation_id"),
    ):
        name = f"{table}_of_{column.removesuffix('_id')}"
        op.create_index(name, table, [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))
