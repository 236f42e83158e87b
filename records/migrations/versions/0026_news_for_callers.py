"""A caller may be called back more than once: as promised in the call, and with news later on."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.drop_constraint("call_backs_call_id_key", "call_backs", type_="unique")
    op.create_index("call_backs_of_call", "call_backs", ["call_id"])
    op.create_index("calls_of_conversation", "calls", ["conversation_id"])
