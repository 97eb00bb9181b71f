"""The schema, one place for SQLite and PostgreSQL; Alembic's migrations must arrive at exactly this."""

from helpdesk.storage.table.article import article
from helpdesk.storage.table.base import Id, Moment, inserted_id, metadata
from helpdesk.storage.table.conversation import attachment, contact, conversation, inbox, message, turn
from helpdesk.storage.table.knowledge import (
    article_author,
    article_comment,
    article_review,
    asker,
    gap,
    gap_turn,
    law,
    opt_out,
    recall,
    recall_copy,
    silence,
)
from helpdesk.storage.table.label import asking, label, question, resemblance, saved_view
from helpdesk.storage.table.model import comparison, model, promotion, serving, shadow, shadow_difference, training
from helpdesk.storage.table.officer import audit, invitation, officer, session, setting
from helpdesk.storage.table.ticket import closure, counter, office_slot, rating, ticket

__all__ = [
    "Id",
    "Moment",
    "article",
    "article_author",
    "article_comment",
    "article_review",
    "asker",
    "asking",
    "attachment",
    "audit",
    "closure",
    "comparison",
    "contact",
    "conversation",
    "counter",
    "gap",
    "gap_turn",
    "inbox",
    "inserted_id",
    "invitation",
    "label",
    "law",
    "message",
    "metadata",
    "model",
    "office_slot",
    "officer",
    "opt_out",
    "promotion",
    "question",
    "rating",
    "recall",
    "recall_copy",
    "resemblance",
    "saved_view",
    "serving",
    "session",
    "setting",
    "shadow",
    "shadow_difference",
    "silence",
    "ticket",
    "training",
    "turn",
]
