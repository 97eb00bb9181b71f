"""Keeping knowledge true: what is switched off, laws that ended, editing, reviews, recalls, and gaps."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from helpdesk.storage.table.base import Id, Moment, id_column, metadata

silence = Table(
    "silence",
    metadata,
    id_column(),
    Column("scope", String(8), nullable=False),
    Column("subject", String(64), nullable=False, default=""),
    Column("reason", String(300), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("began_by", ForeignKey("officer.id")),
    Column("ended_at", Moment),
    Column("ended_by", ForeignKey("officer.id")),
    CheckConstraint("scope in ('all', 'topic', 'article')", name="scope"),
    Index(
        "ix_silence_standing",
        "scope",
        "subject",
        unique=True,
        sqlite_where=text("ended_at is null"),
        postgresql_where=text("ended_at is null"),
    ),
)

law = Table(
    "law",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("in_force_to", Date),
    Column("replaced_by", String(64)),
    Column("reason", String(300), nullable=False, default=""),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", ForeignKey("officer.id")),
)

article_author = Table(
    "article_author",
    metadata,
    Column("article_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("officer_id", ForeignKey("officer.id"), primary_key=True),
)

article_comment = Table(
    "article_comment",
    metadata,
    id_column(),
    Column("article_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("officer_id", ForeignKey("officer.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", ForeignKey("officer.id")),
    Index("ix_article_comment_article_id", "article_id", "version"),
)

article_review = Table(
    "article_review",
    metadata,
    id_column(),
    Column("article_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("cause", String(12), nullable=False),
    Column("subject", String(64), nullable=False, default=""),
    Column("due_on", Date, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("owner_id", ForeignKey("officer.id")),
    Column("done_at", Moment),
    Column("done_by", ForeignKey("officer.id")),
    Column("next_on", Date),
    UniqueConstraint("article_id", "version", "cause", "subject", "due_on"),
    Index("ix_article_review_due_on", "done_at", "due_on"),
)

opt_out = Table(
    "opt_out",
    metadata,
    Column("contact_id", ForeignKey("contact.id"), primary_key=True),
    Column("at", Moment, nullable=False),
)

recall = Table(
    "recall",
    metadata,
    id_column(),
    Column("article_id", String(64), nullable=False),
    Column("versions", JSON, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("state", String(10), nullable=False, default="draft"),
    Column("created_at", Moment, nullable=False),
    Column("created_by", ForeignKey("officer.id"), nullable=False),
    Column("approved_at", Moment),
    Column("approved_by", ForeignKey("officer.id")),
    Column("ended_at", Moment),
    CheckConstraint("state in ('draft', 'running', 'done', 'stopped')", name="state"),
    Index("ix_recall_state", "state"),
)

recall_copy = Table(
    "recall_copy",
    metadata,
    Column("recall_id", ForeignKey("recall.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("message_id", Id),
    Column("at", Moment, nullable=False),
)

gap = Table(
    "gap",
    metadata,
    id_column(),
    Column("title", String(300), nullable=False),
    Column("words", JSON, nullable=False),
    Column("article_id", String(64)),
    Column("state", String(8), nullable=False, default="open"),
    Column("owner_id", ForeignKey("officer.id")),
    Column("closed_by_article", String(64)),
    Column("note", JSON(none_as_null=True)),
    Column("questions", Integer, nullable=False, default=0),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("changed_at", Moment),
    CheckConstraint("state in ('open', 'working', 'closed', 'declined')", name="state"),
    Index("ix_gap_state", "state", "questions"),
)

gap_turn = Table(
    "gap_turn",
    metadata,
    Column("turn_id", ForeignKey("turn.id"), primary_key=True),
    Column("gap_id", ForeignKey("gap.id"), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("language", String(2), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_gap_turn_gap_id", "gap_id", "at"),
    Index("ix_gap_turn_conversation_id", "conversation_id"),
)

asker = Table(
    "asker",
    metadata,
    Column("turn_id", ForeignKey("turn.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("agreed_at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("message_id", Id),
    Index("ix_asker_conversation_id", "conversation_id"),
)
