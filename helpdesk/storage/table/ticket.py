"""Work for officers, how it was rated, and when they are there."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Time,
    UniqueConstraint,
)

from helpdesk.storage.table.base import Moment, id_column, metadata

ticket = Table(
    "ticket",
    metadata,
    id_column(),
    Column("number", String(16), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(24), nullable=False),
    Column("topic", String(64)),
    Column("unit", String(32)),
    Column("is_unit_named", Boolean, nullable=False, default=False),
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

office_slot = Table(
    "office_slot",
    metadata,
    id_column(),
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
    id_column(),
    Column("unit", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("name", String(100), nullable=False),
    UniqueConstraint("unit", "day"),
)
