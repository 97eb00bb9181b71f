"""Gaps, comments, recalls, and topics switched off."""

import sqlalchemy as sa
from alembic import op

from helpdesk.storage.table import Id, Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "article_author",
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("officer_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_article_author_officer_id")),
        sa.PrimaryKeyConstraint("article_id", "version", "officer_id", name=op.f("pk_article_author")),
    )
    op.create_table(
        "article_comment",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("officer_id", Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("settled_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_article_comment_officer_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["officer.id"], name=op.f("fk_article_comment_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_comment")),
    )
    op.create_index("ix_article_comment_article_id", "article_comment", ["article_id", "version"], unique=False)
    op.create_table(
        "article_review",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("done_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["officer.id"], name=op.f("fk_article_review_done_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["officer.id"], name=op.f("fk_article_review_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_review")),
        sa.UniqueConstraint(
            "article_id",
            "version",
            "cause",
            "subject",
            "due_on",
            name=op.f("uq_article_review_article_id_version_cause_subject_due_on"),
        ),
    )
    op.create_index("ix_article_review_due_on", "article_review", ["done_at", "due_on"], unique=False)
    op.create_table(
        "gap",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("closed_by_article", sa.String(length=64), nullable=True),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("first_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=True),
        sa.CheckConstraint("state in ('open', 'working', 'closed', 'declined')", name=op.f("ck_gap_state")),
        sa.ForeignKeyConstraint(["owner_id"], ["officer.id"], name=op.f("fk_gap_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
    )
    op.create_index("ix_gap_state", "gap", ["state", "questions"], unique=False)
    op.create_table(
        "law",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["officer.id"], name=op.f("fk_law_changed_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_law")),
    )
    op.create_table(
        "opt_out",
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_opt_out_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_opt_out")),
    )
    op.create_table(
        "recall",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approved_by", Id, nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("state in ('draft', 'running', 'done', 'stopped')", name=op.f("ck_recall_state")),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name=op.f("fk_recall_approved_by")),
        sa.ForeignKeyConstraint(["created_by"], ["officer.id"], name=op.f("fk_recall_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    op.create_index("ix_recall_state", "recall", ["state"], unique=False)
    op.create_table(
        "silence",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("began_by", Id, nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", Id, nullable=True),
        sa.CheckConstraint("scope in ('all', 'topic', 'article')", name=op.f("ck_silence_scope")),
        sa.ForeignKeyConstraint(["began_by"], ["officer.id"], name=op.f("fk_silence_began_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["officer.id"], name=op.f("fk_silence_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence")),
    )
    op.create_index(
        "ix_silence_standing",
        "silence",
        ["scope", "subject"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "recall_copy",
        sa.Column("recall_id", Id, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", Id, nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_recall_copy_conversation_id")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_copy_recall_id")),
        sa.PrimaryKeyConstraint("recall_id", "conversation_id", name=op.f("pk_recall_copy")),
    )
    op.create_table(
        "asker",
        sa.Column("turn_id", Id, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("agreed_at", Moment(), nullable=False),
        sa.Column("told_at", Moment(), nullable=True),
        sa.Column("message_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_asker_conversation_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_asker_turn_id")),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_asker")),
    )
    op.create_index("ix_asker_conversation_id", "asker", ["conversation_id"], unique=False)
    op.create_table(
        "gap_turn",
        sa.Column("turn_id", Id, nullable=False),
        sa.Column("gap_id", Id, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_gap_turn_conversation_id")),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_gap_turn_gap_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_gap_turn_turn_id")),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_gap_turn")),
    )
    op.create_index("ix_gap_turn_conversation_id", "gap_turn", ["conversation_id"], unique=False)
    op.create_index("ix_gap_turn_gap_id", "gap_turn", ["gap_id", "at"], unique=False)
    op.add_column("article", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("article", sa.Column("edited_at", Moment(), nullable=True))
    op.add_column("article", sa.Column("origin_message_id", Id, nullable=True))
    op.create_index(
        "ix_message_article",
        "message",
        ["article_id", "article_version", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("article_id is not null"),
        postgresql_where=sa.text("article_id is not null"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "ix_message_article",
        table_name="message",
        sqlite_where=sa.text("article_id is not null"),
        postgresql_where=sa.text("article_id is not null"),
    )
    op.drop_column("article", "origin_message_id")
    op.drop_column("article", "edited_at")
    op.drop_column("article", "revision")
    op.drop_index("ix_gap_turn_gap_id", table_name="gap_turn")
    op.drop_index("ix_gap_turn_conversation_id", table_name="gap_turn")
    op.drop_table("gap_turn")
    op.drop_index("ix_asker_conversation_id", table_name="asker")
    op.drop_table("asker")
    op.drop_table("recall_copy")
    op.drop_index(
        "ix_silence_standing",
        table_name="silence",
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_table("silence")
    op.drop_index("ix_recall_state", table_name="recall")
    op.drop_table("recall")
    op.drop_table("opt_out")
    op.drop_table("law")
    op.drop_index("ix_gap_state", table_name="gap")
    op.drop_table("gap")
    op.drop_index("ix_article_review_due_on", table_name="article_review")
    op.drop_table("article_review")
    op.drop_index("ix_article_comment_article_id", table_name="article_comment")
    op.drop_table("article_comment")
    op.drop_table("article_author")
