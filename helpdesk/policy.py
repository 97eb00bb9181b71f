"""The numbers and choices that an installation may set, as the use cases need them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """How this desk is run.

    Attributes:
        pulled_channels: channels whose clients fetch messages, so that nothing waits in the outbox for them.
        reopen_window: how long after resolution a new hand-off continues the same ticket.
        alert_after: waiting time after which an unclaimed ticket is alerted; twice that goes to the supervisor.
        silent_after: how long a contact may wait for an assigned officer before the ticket returns to the queue.
        max_attempts: failed turns after which an update is set aside and its conversation goes to an officer.
    """

    pulled_channels: frozenset[str] = frozenset({"web"})
    reopen_window: timedelta = timedelta(hours=72)
    alert_after: timedelta = timedelta(minutes=10)
    silent_after: timedelta = timedelta(minutes=30)
    max_attempts: int = 3
