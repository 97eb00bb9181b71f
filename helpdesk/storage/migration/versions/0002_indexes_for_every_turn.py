"""Indexes for what every turn asks: an update by its place, the turn of a message, the outbox by conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_inbox_conversation_id", "inbox", ["conversation_id", "seq"])
    op.create_index("ix_turn_message_id", "turn", ["message_id"])
    _outbox(["conversation_id", "id"])


def downgrade() -> None:
    """Undo."""
    _outbox(["id"])
    op.drop_index("ix_turn_message_id", "turn")
    op.drop_index("ix_inbox_conversation_id", "inbox")


def _outbox(columns: list[str]) -> None:
    pending = sa.text("delivery = 'pending'")
    op.drop_index("ix_message_outbox", "message")
    op.create_index("ix_message_outbox", "message", columns, sqlite_where=pending, postgresql_where=pending)
