"""Versions of the knowledge base."""

from sqlalchemy import JSON, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table

from helpdesk.storage.table.base import Id, Moment, metadata

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
    Column("revision", Integer, nullable=False, default=1, server_default="1"),
    Column("edited_at", Moment),
    Column("origin_message_id", Id),
    Column("approved_at", Moment),
    Column("approved_by", ForeignKey("officer.id")),
    Column("effective_from", Date),
    Column("effective_to", Date),
    Column("retired_at", Moment),
    Column("retired_by", ForeignKey("officer.id")),
    CheckConstraint("state in ('draft', 'approved', 'retired')", name="state"),
    Index("ix_article_state", "state", "id"),
)
