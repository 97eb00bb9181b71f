"""Indexes by which a contact's questions and files are found when they ask to be forgotten."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_turn_conversation_id", "turn", ["conversation_id"])
    op.create_index("ix_attachment_conversation_id", "attachment", ["conversation_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_attachment_conversation_id", "attachment")
    op.drop_index("ix_turn_conversation_id", "turn")
