"""Trained models, the runs that made them, how they compare, and which one serves."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from helpdesk.storage.table.base import Moment, id_column, metadata

model = Table(
    "model",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("archive", String(120), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(12), nullable=False, default="candidate"),
    Column("fingerprint", String(64), nullable=False),
    Column("snapshot", String(16), nullable=False, default=""),
    Column("origin", String(12), nullable=False),
    Column("trained_at", Moment, nullable=False),
    Column("trained_by", ForeignKey("officer.id")),
    Column("rasa", String(20), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("facts", JSON, nullable=False, default=dict),
    CheckConstraint("state in ('candidate', 'retired', 'refused')", name="state"),
    Index("ix_model_trained_at", "trained_at"),
)

serving = Table(
    "serving",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1: one model serves, by construction
    Column("model", ForeignKey("model.name"), nullable=False),
    Column("previous", ForeignKey("model.name")),
    Column("generation", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    CheckConstraint("id = 1", name="one"),
)

training = Table(
    "training",
    metadata,
    id_column(),
    Column("slot", Integer, unique=True),  # 1 while it runs: only one does
    Column("state", String(10), nullable=False),
    Column("origin", String(12), nullable=False),
    Column("started_by", ForeignKey("officer.id")),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("phase", String(12), nullable=False),
    Column("share", Float, nullable=False, default=0.0),
    Column("detail", String(200), nullable=False, default=""),
    Column("tail", Text, nullable=False, default=""),
    Column("desk", String(100), nullable=False, default=""),
    Column("pid", Integer),
    Column("snapshot", String(16), nullable=False, default=""),
    Column("model", String(100), nullable=False, default=""),
    Column("problem", String(500), nullable=False, default=""),
    Column("seen_at", Moment, nullable=False),
    CheckConstraint("state in ('running', 'done', 'failed', 'cancelled')", name="state"),
)

comparison = Table(
    "comparison",
    metadata,
    Column("model", ForeignKey("model.name"), primary_key=True),
    Column("against", ForeignKey("model.name"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("is_passing", Boolean, nullable=False),
    Column("report", JSON, nullable=False),
)

promotion = Table(
    "promotion",
    metadata,
    id_column(),
    Column("slot", Integer, unique=True),  # 1 while it is under way: only one is
    Column("state", String(10), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("model", ForeignKey("model.name"), nullable=False),
    Column("before", String(100), nullable=False, default=""),
    Column("officer_id", ForeignKey("officer.id")),
    Column("reason", String(500), nullable=False, default=""),
    Column("is_against_gate", Boolean, nullable=False, default=False),
    Column("desk", String(100), nullable=False, default=""),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("problem", String(500), nullable=False, default=""),
    CheckConstraint("state in ('wanted', 'preparing', 'done', 'failed')", name="state"),
    CheckConstraint("kind in ('promote', 'rollback')", name="kind"),
)

shadow = Table(
    "shadow",
    metadata,
    id_column(),
    Column("slot", Integer, unique=True),  # 1 while it runs
    Column("model", ForeignKey("model.name"), nullable=False),
    Column("officer_id", ForeignKey("officer.id")),
    Column("began_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("asked", Integer, nullable=False, default=0),
    Column("differing", Integer, nullable=False, default=0),
)

shadow_difference = Table(
    "shadow_difference",
    metadata,
    id_column(),
    Column("shadow_id", ForeignKey("shadow.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("conversation_id", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("serving", JSON, nullable=False),
    Column("candidate", JSON, nullable=False),
    Index("ix_shadow_difference_shadow_id", "shadow_id", "id"),
    Index("ix_shadow_difference_conversation_id", "conversation_id"),
)
