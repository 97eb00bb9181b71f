"""While an answer is being made the contact sees that it is."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

from helpdesk.connector import Connector
from helpdesk.error import HelpdeskError
from helpdesk.storage.conversation import Conversation

log = structlog.get_logger(__name__)


class TypingSign:
    """Knows in which conversations an answer is being made, and shows it on channels that messages are sent to."""

    def __init__(self, connectors: Mapping[str, Connector]) -> None:
        self._connectors = connectors
        self._shown: set[str] = set()

    def __contains__(self, conversation_id: str) -> bool:
        return conversation_id in self._shown

    @contextmanager
    def shown(self, conversation: Conversation, is_pushed: bool) -> Iterator[None]:
        """Show it for as long as this lasts; contacts who are not pushed to ask for it themselves."""
        self._shown.add(conversation.id)
        showing = asyncio.create_task(self._show(conversation)) if is_pushed else None
        try:
            yield
        finally:
            self._shown.discard(conversation.id)
            if showing is not None:
                showing.cancel()

    async def _show(self, conversation: Conversation) -> None:
        """Typing is a courtesy: a channel that refuses it must not cost the answer."""
        connector = self._connectors.get(conversation.channel)
        try:
            if connector is not None:
                await connector.show_typing(conversation.address)
        except HelpdeskError:
            log.debug("typing.refused")
