"""Nothing is stored as NULL, never as the JSON value null, so that what is absent is told from what is there."""

from alembic import op

revision = "0013"
down_revision = "0012"

_COLUMNS = {"messages": ("procedure", "understanding"), "feedback": ("proposed_answer",), "attachments": ("remote",)}


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = 'null'::jsonb")  # noqa: S608 - names of ours
