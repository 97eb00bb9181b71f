"""Messages and standing as JSON: the shapes that `openapi` describes."""

from typing import Any
from urllib.parse import urlsplit

from helpdesk.inbox import IncomingFile
from helpdesk.message import Attachment, Message, Source
from helpdesk.visitor import Standing, Understanding


def message_json(message: Message) -> dict[str, Any]:
    """One message as its visitor may see it."""
    return {
        "seq": message.seq,
        "author": str(message.author),
        "officer": message.officer_name,
        "text": message.text,
        "buttons": [{"title": button.title, "payload": button.payload} for button in message.buttons],
        "outcome": None if message.outcome is None else str(message.outcome),
        "article_id": message.article_id,
        "sources": [_source_json(source) for source in message.sources],
        "ticket": message.ticket_number,
        "files": [file_json(file) for file in message.attachments],
        "sent_at": message.created_at.isoformat(),
    }


def file_json(file: Attachment | IncomingFile) -> dict[str, Any]:
    """A file by the id under which its owner may fetch it."""
    return {"file_id": file.id, "name": file.name, "media_type": file.media_type, "size_bytes": file.size_bytes}


def standing_json(standing: Standing) -> dict[str, Any]:
    """Where the conversation stands."""
    return {
        "holder": standing.holder,
        "language": standing.language,
        "ticket": standing.ticket_number,
        "place": standing.place,
        "officer": standing.officer_name,
        "is_typing": standing.is_typing,
        "hours": standing.hours,
        "is_reduced": standing.is_reduced,
    }


def understanding_json(understanding: Understanding) -> dict[str, Any]:
    """What a message was understood as, with the messages that answered it."""
    return {
        "seq": understanding.seq,
        "outcome": str(understanding.outcome),
        "language": understanding.language,
        "article_id": understanding.article_id,
        "candidates": [{"article_id": one.article_id, "score": one.score} for one in understanding.candidates],
        "confidence": understanding.confidence,
        "entities": [{"type": one.type, "value": one.value} for one in understanding.entities],
        "ticket": understanding.ticket_number,
        "latency_ms": understanding.latency_ms,
        "messages": [message_json(message) for message in understanding.reply if not message.is_private],
    }


def _source_json(source: Source) -> dict[str, str]:
    """A source; an address that is not a web address is left out, so that nobody can be led to click on it."""
    is_web = urlsplit(source.url).scheme in ("http", "https")
    return {"title": source.title, "article": source.article, "url": source.url if is_web else ""}
