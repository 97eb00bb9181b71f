"""What askers are told of a gap that no article closes, and when an article that still holds is looked at next."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("gap", sa.Column("note", sa.JSON))
    op.add_column("article_review", sa.Column("next_on", sa.Date))


def downgrade() -> None:
    """Undo."""
    op.drop_column("article_review", "next_on")
    op.drop_column("gap", "note")
