"""What was asked, each question once however often and by whomever, and what people said it means."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
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

question = Table(
    "question",
    metadata,
    id_column(),
    Column("key", String(64), nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("facets", Text, nullable=False, default=""),
    Column("suggested", String(100), nullable=False, default=""),
    Column("candidates", JSON, nullable=False, default=list),
    Column("meaning", String(100), nullable=False, default=""),
    Column("cluster_id", Id, nullable=False, default=0),
    Column("asked", Integer, nullable=False, default=0),
    Column("useful", Integer, nullable=False, default=0),
    Column("poor", Integer, nullable=False, default=0),
    Column("escalated", Integer, nullable=False, default=0),
    Column("corrected", Integer, nullable=False, default=0),
    Column("confidence", Float, nullable=False, default=0.0),
    Column("worth", Float, nullable=False, default=0.0),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("last_turn_id", Id),
    Column("answer_id", Id),  # the officer's message that answered it last
    Column("is_imported", Boolean, nullable=False, default=False),
    Column("state", String(12), nullable=False, default="new"),
    Column("target", String(100), nullable=False, default=""),
    Column("proposed", String(100), nullable=False, default=""),
    Column("label_id", Id),
    Column("version", Integer, nullable=False, default=1),
    Index("ix_question_state", "state", "worth", "id"),
    # all that the groups need, so that counting them reads no texts
    Index("ix_question_meaning", "state", "meaning", "worth", "asked", "poor", "language", "last_at"),
    Index("ix_question_cluster_id", "cluster_id"),
    Index("ix_question_last_at", "last_at"),
    Index("ix_question_target", "target"),
)

asking = Table(
    "asking",
    metadata,
    Column("turn_id", ForeignKey("turn.id"), primary_key=True, autoincrement=False),
    Column("question_id", ForeignKey("question.id")),
    Column("is_escalated", Boolean, nullable=False, default=False),
    Column("answer_id", Id),
    Column("is_stale", Boolean, nullable=False, default=False),
    Index("ix_asking_question_id", "question_id"),
    Index("ix_asking_stale", "turn_id", sqlite_where=text("is_stale"), postgresql_where=text("is_stale")),
)

resemblance = Table(
    "resemblance",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("question_id", ForeignKey("question.id"), primary_key=True, autoincrement=False),
    Index("ix_resemblance_question_id", "question_id"),
)

label = Table(
    "label",
    metadata,
    id_column(),
    Column("question_id", ForeignKey("question.id"), nullable=False),
    Column("turn_id", Id),
    Column("at", Moment, nullable=False),
    Column("officer_id", ForeignKey("officer.id")),
    Column("action", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    Column("target", String(100), nullable=False, default=""),
    Column("proposed", String(100), nullable=False, default=""),
    Column("reason", String(16), nullable=False, default=""),
    Column("previous_id", Id),
    Column("previous_state", String(12), nullable=False),
    Column("previous_target", String(100), nullable=False, default=""),
    Column("previous_proposed", String(100), nullable=False, default=""),
    Index("ix_label_question_id", "question_id", "id"),
    Index("ix_label_officer_id", "officer_id", "at"),
)

saved_view = Table(
    "saved_view",
    metadata,
    id_column(),
    Column("officer_id", ForeignKey("officer.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", String(1000), nullable=False),
    UniqueConstraint("officer_id", "name"),
)
