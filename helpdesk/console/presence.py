"""Who else looks at a conversation or writes in it right now: a hint against two answers, kept in memory only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFE = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Seen:
    """One officer at one conversation."""

    officer_id: int
    name: str
    is_typing: bool
    at: datetime


class Presence:
    """Remembers the last sign of each officer in each conversation for `LIFE`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._seen: dict[str, dict[int, Seen]] = {}

    def mark(self, conversation_id: str, officer_id: int, name: str, is_typing: bool) -> bool:
        """Note a sign of life; True when it tells the others something new."""
        self._sweep()
        here = self._seen.setdefault(conversation_id, {})
        before = here.get(officer_id)
        here[officer_id] = Seen(officer_id, name, is_typing, self._clock())
        return before is None or before.is_typing != is_typing

    def others(self, conversation_id: str, officer_id: int) -> list[Seen]:
        """Everybody else who is there now, by name."""
        self._sweep()
        here = self._seen.get(conversation_id, {}).values()
        return sorted((seen for seen in here if seen.officer_id != officer_id), key=lambda seen: seen.name)

    def _sweep(self) -> None:
        oldest = self._clock() - LIFE
        for conversation_id, here in list(self._seen.items()):
            kept = {officer_id: seen for officer_id, seen in here.items() if seen.at > oldest}
            if kept:
                self._seen[conversation_id] = kept
            else:
                del self._seen[conversation_id]
