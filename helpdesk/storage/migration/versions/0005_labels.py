"""Labels on logged questions, and what the review needs."""

import sqlalchemy as sa
from alembic import op

from helpdesk.storage.table import Id, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def guard(dialect: str) -> list[str]:
    """Who labelled what is kept: the database itself refuses to change or delete a label."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER label_no_{verb} BEFORE {verb} ON label "
            "BEGIN SELECT RAISE(ABORT, 'labels are append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE FUNCTION label_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'labels are append-only'; END $$",
        "CREATE TRIGGER label_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON label "
        "FOR EACH STATEMENT EXECUTE FUNCTION label_refuse()",
    ]


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "question",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("suggested", sa.String(length=100), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("meaning", sa.String(length=100), nullable=False),
        sa.Column("cluster_id", Id, nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("poor", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("worth", sa.Float(), nullable=False),
        sa.Column("first_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("last_turn_id", Id, nullable=True),
        sa.Column("answer_id", Id, nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("proposed", sa.String(length=100), nullable=False),
        sa.Column("label_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("key", name=op.f("uq_question_key")),
    )
    op.create_index("ix_question_cluster_id", "question", ["cluster_id"], unique=False)
    op.create_index("ix_question_last_at", "question", ["last_at"], unique=False)
    covering = ["state", "meaning", "worth", "asked", "poor", "language", "last_at"]
    op.create_index("ix_question_meaning", "question", covering, unique=False)
    op.create_index("ix_question_state", "question", ["state", "worth", "id"], unique=False)
    op.create_index("ix_question_target", "question", ["target"], unique=False)
    op.create_table(
        "label",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("question_id", Id, nullable=False),
        sa.Column("turn_id", Id, nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("officer_id", Id, nullable=True),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("proposed", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("previous_id", Id, nullable=True),
        sa.Column("previous_state", sa.String(length=12), nullable=False),
        sa.Column("previous_target", sa.String(length=100), nullable=False),
        sa.Column("previous_proposed", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_label_officer_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_label_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
    )
    op.create_index("ix_label_officer_id", "label", ["officer_id", "at"], unique=False)
    op.create_index("ix_label_question_id", "label", ["question_id", "id"], unique=False)
    op.create_table(
        "resemblance",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question_id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_resemblance_question_id")),
        sa.PrimaryKeyConstraint("band", "question_id", name=op.f("pk_resemblance")),
    )
    op.create_index("ix_resemblance_question_id", "resemblance", ["question_id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("officer_id", Id, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_saved_view_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("officer_id", "name", name=op.f("uq_saved_view_officer_id_name")),
    )
    op.create_table(
        "asking",
        sa.Column("turn_id", Id, autoincrement=False, nullable=False),
        sa.Column("question_id", Id, nullable=True),
        sa.Column("is_escalated", sa.Boolean(), nullable=False),
        sa.Column("answer_id", Id, nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_asking_question_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_asking_turn_id")),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_asking")),
    )
    op.create_index("ix_asking_question_id", "asking", ["question_id"], unique=False)
    op.create_index(
        "ix_asking_stale",
        "asking",
        ["turn_id"],
        unique=False,
        sqlite_where=sa.text("is_stale"),
        postgresql_where=sa.text("is_stale"),
    )
    for statement in guard(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for name in ("asking", "resemblance", "label", "saved_view", "question"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION label_refuse()")
