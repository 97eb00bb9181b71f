"""The queue of updates a bot has not confirmed, and the count of how often each was handed out.

Bot API, getUpdates: an update is confirmed by an ``offset`` above its id; a negative offset keeps
only that many of the newest and forgets the rest; updates older than their life are gone. Ids
grow by one from a positive number; the published server (TQueue) starts at a random one and
takes an offset too far ahead of the queue as none.
"""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from .clock import Clock
from .schedule import Resend, Schedule
from .update import DEFAULT_KINDS, KINDS, Update, kind_of, queue_of
from .wire import JsonObject

_FAR_AHEAD = 10


@dataclass(slots=True)
class Delivery:
    """``attempts`` counts every time the update left; ``outcomes`` what came back each time."""

    attempts: int = 0
    accepted: int = 0
    outcomes: list[str] = field(default_factory=list)


class Backlog:
    def __init__(self, clock: Clock, schedule: Schedule, rng: random.Random, one_queue_per_chat: bool) -> None:
        self._clock = clock
        self._schedule = schedule
        self._one_queue_per_chat = one_queue_per_chat
        self._next_id = rng.randint(2_000_001, 1_000_000_000)
        self._seen: dict[int, Update] = {}
        self._deliveries: dict[int, Delivery] = {}
        self._pending: dict[int, Update] = {}
        self.replays: list[Update] = []
        self.allowed = DEFAULT_KINDS
        self.repeats = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self.on_push: list[Callable[[], None]] = []

    def push(self, kind: str, body: JsonObject) -> int | None:
        """Queue an update the bot wants; nothing for one it does not."""
        if kind not in self.allowed:
            return None
        return self.inject({kind: body})

    def inject(self, payload: JsonObject) -> int:
        """Queue any payload, asked for or not, known or not."""
        update_id = int(payload.get("update_id", self._next_id))
        self._next_id = max(self._next_id, update_id + 1)
        kind = kind_of(payload)
        body = payload.get(kind)
        update = Update(
            update_id=update_id,
            kind=kind,
            payload=copy.deepcopy({"update_id": update_id, **payload}),
            queue=queue_of(kind, body, self._one_queue_per_chat),
            expires_at=self._clock.now() + self._schedule.life_of(kind),
            repeats=self.repeats,
        )
        self._seen[update_id] = update
        self._pending[id(update)] = update
        self._changed()
        return update_id

    def replay(self, update_id: int) -> None:
        """Hand an update out once more, confirmed or not."""
        self.replays.append(_again(self._seen[update_id]))
        self._changed()

    def take(self, offset: int, limit: int) -> list[Update]:
        """The updates one getUpdates call returns."""
        self._confirm(self._before(offset))
        replays, self.replays = self.replays[:limit], self.replays[limit:]
        self._note_idle()
        taken = [*replays, *self.oldest(limit - len(replays))]
        for update in taken:
            self.sent_out(update)
        return taken

    def _before(self, offset: int) -> list[Update]:
        if offset < 0:
            return self.pending[:offset]
        near = offset <= self._next_id + _FAR_AHEAD
        return [update for update in self.pending if near and update.update_id < offset]

    @property
    def pending(self) -> list[Update]:
        return list(self._pending.values())

    def requeue_replays(self) -> None:
        """A webhook gets a replayed update behind the others."""
        self._pending |= {id(update): update for update in self.replays}
        self.replays.clear()

    def oldest(self, size: int, flying: AbstractSet[int] = frozenset()) -> list[Update]:
        """The first updates still alive; one on its way does not die."""
        found: list[Update] = []
        now = self._clock.now()
        for update in self.pending:
            if len(found) == size:
                break
            if update.expires_at >= now or id(update) in flying:
                found.append(update)
            else:
                self.drop(update)
        return found

    def sent_out(self, update: Update) -> None:
        self.delivery(update.update_id).attempts += 1

    def accepted(self, update: Update, outcome: str) -> None:
        delivery = self.delivery(update.update_id)
        delivery.accepted += 1
        delivery.outcomes.append(outcome)

    def delivery(self, update_id: int) -> Delivery:
        return self._deliveries.setdefault(update_id, Delivery())

    def drop(self, update: Update) -> None:
        self._pending.pop(id(update), None)
        self._note_idle()

    def clear(self) -> None:
        self._pending.clear()
        self.replays.clear()
        self._note_idle()

    def allow(self, names: object) -> None:
        """``allowed_updates``: an empty list, or one of unknown names, means the default."""
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            self.allowed = KINDS.intersection(name.lower() for name in names) or DEFAULT_KINDS

    def restart(self) -> None:
        """A new webhook starts over with every update."""
        for update in self.pending:
            update.resend, update.wakeup_at = Resend(), 0.0

    def _confirm(self, updates: list[Update]) -> None:
        for update in updates:
            if self.delivery(update.update_id).attempts:
                self.accepted(update, "confirmed")
            self.replays += [_again(update) for _ in range(update.repeats)]
            self.drop(update)

    def _note_idle(self) -> None:
        if self._pending or self.replays:
            self.idle.clear()
        else:
            self.idle.set()

    def _changed(self) -> None:
        self._note_idle()
        for notify in self.on_push:
            notify()


def _again(update: Update) -> Update:
    return replace(update, resend=Resend(), wakeup_at=0.0, repeats=0)
