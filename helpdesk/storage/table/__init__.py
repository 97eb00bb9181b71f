"""The schema, one place for SQLite and PostgreSQL; Alembic's migrations must arrive at exactly this."""

from helpdesk.storage.table.article import article
from helpdesk.storage.table.base import Id, Moment, inserted_id, metadata
from helpdesk.storage.table.conversation import attachment, contact, conversation, inbox, message, turn
from helpdesk.storage.table.officer import audit, invitation, officer, session, setting
from helpdesk.storage.table.ticket import closure, counter, office_slot, rating, ticket

__all__ = [
    "Id",
    "Moment",
    "article",
    "attachment",
    "audit",
    "closure",
    "contact",
    "conversation",
    "counter",
    "inbox",
    "inserted_id",
    "invitation",
    "message",
    "metadata",
    "office_slot",
    "officer",
    "rating",
    "session",
    "setting",
    "ticket",
    "turn",
]
