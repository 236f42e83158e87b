"""Call-backs: who calls, and how it went."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("call_backs", sa.Column("staff_id", sa.BigInteger(), nullable=True))
    op.add_column("call_backs", sa.Column("result", sa.Text(), nullable=False, server_default=""))
    op.create_foreign_key("call_backs_staff_id_fkey", "call_backs", "staff", ["staff_id"], ["id"])
    op.alter_column("call_backs", "result", server_default=None)
    op.execute("""
        CREATE TRIGGER tell_staff AFTER INSERT OR UPDATE OR DELETE ON call_backs
        FOR EACH ROW EXECUTE FUNCTION tell_staff()""")
