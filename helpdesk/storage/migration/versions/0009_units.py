"""The unit of the branch that a question or a ticket is about."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COUNTED = ["created_at", "language", "channel", "outcome", "is_useful", "article_id"]
OF_CONVERSATION = ["conversation_id", "created_at", "unit", "outcome", "language", "channel"]


def upgrade() -> None:
    """Apply; tickets that an officer has or had belong to the officer's unit."""
    op.add_column("turn", sa.Column("unit", sa.String(32)))
    _index("ix_turn_insight", [*COUNTED, "unit"])
    _index("ix_turn_conversation_id", OF_CONVERSATION)
    op.add_column("ticket", sa.Column("is_unit_named", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("update ticket set is_unit_named = (unit is not null)")
    op.execute(
        "update ticket set unit = (select officer.unit from officer where officer.id = ticket.officer_id)"
        " where unit is null and officer_id is not null"
    )


def downgrade() -> None:
    """Undo."""
    op.drop_column("ticket", "is_unit_named")
    _index("ix_turn_insight", COUNTED)
    _index("ix_turn_conversation_id", OF_CONVERSATION[:1])
    op.drop_column("turn", "unit")


def _index(name: str, columns: list[str]) -> None:
    """Have an index hold other columns than before."""
    op.drop_index(name, "turn")
    op.create_index(name, "turn", columns)
