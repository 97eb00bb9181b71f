"""The schema, one place for SQLite and PostgreSQL; Alembic's migrations must arrive at exactly this."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    CursorResult,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC (SQLite has no time zones of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def inserted_id(result: CursorResult[Any]) -> int:
    """The id that the database gave a new row."""
    key = result.inserted_primary_key
    assert key is not None, "only tables with an id are asked"
    return int(key[0])


Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


contact = Table(
    "contact",
    metadata,
    _id(),
    Column("channel", String(32), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("display_name", String(200), nullable=False, default=""),
    Column("is_blocked", Boolean, nullable=False, default=False),
    Column("is_demo", Boolean, nullable=False, default=False),
    Column("notice_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("erased_at", Moment),
    UniqueConstraint("channel", "external_id"),
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("contact_id", ForeignKey("contact.id"), nullable=False),
    Column("token_hash", String(64), unique=True),
    Column("language", String(2), nullable=False),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("clarifications", Integer, nullable=False, default=0),
    Column("context", JSON, nullable=False, default=dict),
    Column("open_ticket_id", Id),
    Column("created_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    UniqueConstraint("channel", "address"),
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("channel", String(32), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id")),
    Column("message_id", Id),
    Column("seq", Integer, nullable=False, default=0),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("payload", JSON, nullable=False, default=dict),
    Column("received_at", Moment, nullable=False),
    Column("status", String(12), nullable=False, default="new"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", String(300)),
    Column("done_at", Moment),
    UniqueConstraint("channel", "external_id"),
    Index("ix_inbox_conversation_id", "conversation_id", "seq"),
    Index(
        "ix_inbox_waiting",
        "conversation_id",
        "id",
        sqlite_where=text("status = 'new'"),
        postgresql_where=text("status = 'new'"),
    ),
)

message = Table(
    "message",
    metadata,
    _id(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", String(8), nullable=False),
    Column("officer_id", ForeignKey("officer.id")),
    Column("ticket_id", ForeignKey("ticket.id")),
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False, default=list),
    Column("sources", JSON, nullable=False, default=list),
    Column("outcome", String(20)),
    Column("article_id", String(64)),
    Column("article_version", Integer),
    Column("is_private", Boolean, nullable=False, default=False),
    Column("extra", JSON, nullable=False, default=dict),
    Column("created_at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("delivery", String(8), nullable=False, default="pulled"),
    Column("parts_sent", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", Moment),
    Column("provider_id", String(128)),
    Column("delivery_error", String(300)),
    Column("sent_at", Moment),
    UniqueConstraint("conversation_id", "seq"),
    Index(
        "ix_message_outbox",
        "conversation_id",
        "id",
        sqlite_where=text("delivery = 'pending'"),
        postgresql_where=text("delivery = 'pending'"),
    ),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id")),
    Column("message_id", ForeignKey("message.id")),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("problem", String(200)),
    Column("created_at", Moment, nullable=False),
    Index("ix_attachment_message_id", "message_id"),
    Index("ix_attachment_conversation_id", "conversation_id"),
)

turn = Table(
    "turn",
    metadata,
    _id(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("message_id", ForeignKey("message.id")),
    Column("question", Text, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("language", String(2), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("intent", String(100)),
    Column("confidence", Float, nullable=False, default=0.0),
    Column("candidates", JSON, nullable=False, default=list),
    Column("entities", JSON, nullable=False, default=list),
    Column("article_id", String(64)),
    Column("article_version", Integer),
    Column("reason", String(24)),
    Column("model", String(100)),
    Column("is_reduced", Boolean, nullable=False, default=False),
    Column("latency_ms", Float, nullable=False, default=0.0),
    Column("is_useful", Boolean),
    Column("poor_reason", String(24)),
    Column("created_at", Moment, nullable=False),
    Index("ix_turn_message_id", "message_id"),
    Index("ix_turn_created_at", "created_at"),
    Index("ix_turn_conversation_id", "conversation_id"),
    Index("ix_turn_outcome", "outcome", "created_at"),
)

ticket = Table(
    "ticket",
    metadata,
    _id(),
    Column("number", String(16), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(24), nullable=False),
    Column("topic", String(64)),
    Column("unit", String(32)),
    Column("language", String(2), nullable=False),
    Column("officer_id", ForeignKey("officer.id")),
    Column("previous_number", String(16)),
    Column("opened_at", Moment, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("first_reply_at", Moment),
    Column("resolved_at", Moment),
    Column("reopened_count", Integer, nullable=False, default=0),
    Column("alerts", Integer, nullable=False, default=0),
    Column("contact_waits_since", Moment),
    Index("ix_ticket_state", "state", "queued_at"),
    Index("ix_ticket_conversation_id", "conversation_id"),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

officer = Table(
    "officer",
    metadata,
    _id(),
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
    _id(),
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

rating = Table(
    "rating",
    metadata,
    Column("ticket_id", ForeignKey("ticket.id"), primary_key=True),
    Column("officer_id", ForeignKey("officer.id")),
    Column("unit", String(32)),
    Column("asked_at", Moment, nullable=False),
    Column("level", Integer),
    Column("reason", String(16)),
    Column("comment", String(1000), nullable=False, default=""),
    Column("rated_at", Moment),
    CheckConstraint("level between 1 and 5", name="level"),
)

article = Table(
    "article",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("document", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", ForeignKey("officer.id")),
    Column("approved_at", Moment),
    Column("approved_by", ForeignKey("officer.id")),
    Column("effective_from", Date),
    Column("effective_to", Date),
    Column("retired_at", Moment),
    Column("retired_by", ForeignKey("officer.id")),
    CheckConstraint("state in ('draft', 'approved', 'retired')", name="state"),
    Index("ix_article_state", "state", "id"),
)

office_slot = Table(
    "office_slot",
    metadata,
    _id(),
    Column("unit", String(32), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("opens", Time, nullable=False),
    Column("closes", Time, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    CheckConstraint("weekday between 0 and 6", name="weekday"),
    CheckConstraint("opens < closes", name="order"),
)

closure = Table(
    "closure",
    metadata,
    _id(),
    Column("unit", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("name", String(100), nullable=False),
    UniqueConstraint("unit", "day"),
)

setting = Table(
    "setting",
    metadata,
    Column("key", String(48), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", ForeignKey("officer.id")),
)
