"""Training runs, models, comparisons and which model serves."""

import sqlalchemy as sa
from alembic import op

from helpdesk.storage.table import Id, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "model",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("archive", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("snapshot", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("trained_at", Moment(), nullable=False),
        sa.Column("trained_by", Id, nullable=True),
        sa.Column("rasa", sa.String(length=20), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("state in ('candidate', 'retired', 'refused')", name=op.f("ck_model_state")),
        sa.ForeignKeyConstraint(["trained_by"], ["officer.id"], name=op.f("fk_model_trained_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_model")),
    )
    op.create_index("ix_model_trained_at", "model", ["trained_at"], unique=False)
    op.create_table(
        "training",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("started_by", Id, nullable=True),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.Column("desk", sa.String(length=100), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=True),
        sa.Column("snapshot", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.CheckConstraint("state in ('running', 'done', 'failed', 'cancelled')", name=op.f("ck_training_state")),
        sa.ForeignKeyConstraint(["started_by"], ["officer.id"], name=op.f("fk_training_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("slot", name=op.f("uq_training_slot")),
    )
    op.create_table(
        "comparison",
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("against", sa.String(length=100), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("is_passing", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["against"], ["model.name"], name=op.f("fk_comparison_against")),
        sa.ForeignKeyConstraint(["model"], ["model.name"], name=op.f("fk_comparison_model")),
        sa.PrimaryKeyConstraint("model", "against", name=op.f("pk_comparison")),
    )
    op.create_table(
        "promotion",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("before", sa.String(length=100), nullable=False),
        sa.Column("officer_id", Id, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("is_against_gate", sa.Boolean(), nullable=False),
        sa.Column("desk", sa.String(length=100), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.CheckConstraint("kind in ('promote', 'rollback')", name=op.f("ck_promotion_kind")),
        sa.CheckConstraint("state in ('wanted', 'preparing', 'done', 'failed')", name=op.f("ck_promotion_state")),
        sa.ForeignKeyConstraint(["model"], ["model.name"], name=op.f("fk_promotion_model")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_promotion_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
        sa.UniqueConstraint("slot", name=op.f("uq_promotion_slot")),
    )
    op.create_table(
        "serving",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("previous", sa.String(length=100), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_serving_one")),
        sa.ForeignKeyConstraint(["model"], ["model.name"], name=op.f("fk_serving_model")),
        sa.ForeignKeyConstraint(["previous"], ["model.name"], name=op.f("fk_serving_previous")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serving")),
    )
    op.create_table(
        "shadow",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("officer_id", Id, nullable=True),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["model.name"], name=op.f("fk_shadow_model")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_shadow_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow")),
        sa.UniqueConstraint("slot", name=op.f("uq_shadow_slot")),
    )
    op.create_table(
        "shadow_difference",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("shadow_id", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("serving", sa.JSON(), nullable=False),
        sa.Column("candidate", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["shadow_id"], ["shadow.id"], name=op.f("fk_shadow_difference_shadow_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_difference")),
    )
    op.create_index("ix_shadow_difference_conversation_id", "shadow_difference", ["conversation_id"], unique=False)
    op.create_index("ix_shadow_difference_shadow_id", "shadow_difference", ["shadow_id", "id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_shadow_difference_shadow_id", table_name="shadow_difference")
    op.drop_index("ix_shadow_difference_conversation_id", table_name="shadow_difference")
    op.drop_table("shadow_difference")
    op.drop_table("shadow")
    op.drop_table("serving")
    op.drop_table("promotion")
    op.drop_table("comparison")
    op.drop_table("training")
    op.drop_index("ix_model_trained_at", table_name="model")
    op.drop_table("model")
