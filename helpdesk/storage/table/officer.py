"""People with an account, what they did, and what they set."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Index, String, Table

from helpdesk.storage.table.base import Id, Moment, id_column, metadata

officer = Table(
    "officer",
    metadata,
    id_column(),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("unit", String(32)),
    Column("language", String(2), nullable=False, default="vi"),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("on_duty", Boolean, nullable=False, default=False),
    Column("is_demo", Boolean, nullable=False, default=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment),
    CheckConstraint("role in ('officer', 'supervisor', 'administrator')", name="role"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("officer_id", ForeignKey("officer.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("created_by", ForeignKey("officer.id")),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("officer_id", ForeignKey("officer.id")),  # whose new password; without one a new account
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("actor_id", ForeignKey("officer.id")),
    Column("action", String(48), nullable=False),
    Column("subject", String(64), nullable=False, default=""),
    Column("conversation_id", String(32)),
    Column("ticket_id", Id),
    Column("detail", JSON, nullable=False, default=dict),
    Index("ix_audit_conversation_id", "conversation_id", "at"),
    Index("ix_audit_at", "at"),
)

setting = Table(
    "setting",
    metadata,
    Column("key", String(48), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", ForeignKey("officer.id")),
)
