"""Where the brain keeps dialogues: in memory, the latest few thousand. The desk holds the truth; this is a cache."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Iterable, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig


class RecentTrackerStore(TrackerStore):
    """Keeps trackers as they are but for their oldest events, forgetting the one unused longest beyond `limit`.

    Rasa's InMemoryTrackerStore keeps every conversation for ever and replays a whole dialogue at each message. Rasa
    also goes through a tracker's events several times a turn, while our rules look no further back than the message
    before and the desk sends every slot with each message: so only the last `events` of a dialogue are kept.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        limit: int = 4000,
        events: int = 8,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._limit = limit
        self._events = events
        self._trackers: OrderedDict[str, DialogueStateTracker] = OrderedDict()

    @classmethod
    async def create(
        cls, endpoint: EndpointConfig, domain: Optional[Domain] = None, event_broker: Optional[EventBroker] = None
    ) -> RecentTrackerStore:
        """A store with the settings of endpoints.yml."""
        return cls(domain, event_broker, **endpoint.kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep `tracker` as the one used last."""
        while len(tracker.events) > self._events:
            tracker.events.popleft()
        self._trackers[tracker.sender_id] = tracker
        self._trackers.move_to_end(tracker.sender_id)
        if len(self._trackers) > self._limit:
            self._trackers.popitem(last=False)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The tracker of `sender_id`, None when it was never kept or is forgotten."""
        return self._trackers.get(sender_id)

    async def keys(self) -> Iterable[str]:
        """Every sender that is kept."""
        return list(self._trackers)
