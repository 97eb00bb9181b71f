"""Visitors met a moment ago: whoever asks again at once is known without asking the database."""

import time
from collections import OrderedDict
from collections.abc import Callable

from helpdesk.visitor import Visitor

SECONDS = 10.0
"""A token belongs to its conversation for ever, but the language beside it may change."""
MOST = 10_000


class Acquaintances:
    """Visitors by the hash of their token, each for `SECONDS`, at most `MOST`; `clock` in seconds, monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._met: OrderedDict[str, tuple[Visitor, float]] = OrderedDict()

    def meet(self, token_hash: str, visitor: Visitor) -> None:
        """Remember a visitor; who was met first is forgotten first."""
        self._met.pop(token_hash, None)
        self._met[token_hash] = (visitor, self._clock() + SECONDS)
        if len(self._met) > MOST:
            self._met.popitem(last=False)

    def recognise(self, token_hash: str) -> Visitor | None:
        """The visitor of a token, if met a moment ago."""
        visitor, until = self._met.get(token_hash, (None, 0.0))
        return visitor if self._clock() < until else None

    def forget(self, conversation_id: str) -> None:
        """What is remembered of a visitor is not true any more."""
        for token_hash in [
            key for key, (visitor, _) in self._met.items() if visitor.conversation_id == conversation_id
        ]:
            del self._met[token_hash]
