"""One-time links with which an officer sets a new password: invitations that name an account."""

import sqlalchemy as sa
from alembic import op

from helpdesk.storage.table import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FOREIGN_KEY = "fk_invitation_officer_id"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("officer_id", Id, nullable=True))
        table.create_foreign_key(FOREIGN_KEY, "officer", ["officer_id"], ["id"])


def downgrade() -> None:
    """Undo; links for a new password would become invitations, so they go."""
    op.execute("delete from invitation where officer_id is not null")
    with op.batch_alter_table("invitation") as table:
        table.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        table.drop_column("officer_id")
