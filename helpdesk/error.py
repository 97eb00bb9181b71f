"""The one small tree of errors that the desk raises on purpose.

    HelpdeskError
     ├─ InvalidInput        what came from outside cannot be accepted as it is
     ├─ NotFound            there is no such thing, or it is not yours to see
     ├─ Forbidden           known person, missing right
     ├─ Conflict            somebody or something got there first
     │   └─ ClaimLost       a ticket is already held by another officer
     ├─ Unavailable         a part we depend on does not answer now
     │   ├─ StorageUnavailable
     │   └─ BrainUnavailable
     └─ DeliveryError       a message could not be handed to its channel
         ├─ RetryLater      the channel asks us to wait
         ├─ MarkupRefused   the channel does not like the markup: send plain text
         └─ Undeliverable   trying again will not help (blocked, gone, refused)

Each carries a sentence for people in `str(error)`; edges map the class to an HTTP status or a chat wording.
"""


class HelpdeskError(Exception):
    """Root of the tree."""


class InvalidInput(HelpdeskError):
    """The input is refused; the message says what to change."""


class NotFound(HelpdeskError):
    """No such thing, or it belongs to somebody else (the difference is not told)."""


class Forbidden(HelpdeskError):
    """The person is known but may not do this."""


class Conflict(HelpdeskError):
    """The state of things has moved on; reload and look again."""


class ClaimLost(Conflict):
    """Another officer holds the ticket.

    Attributes:
        holder: display name of the officer who holds it, None when the ticket is no longer open.
    """

    def __init__(self, message: str, holder: str | None = None) -> None:
        super().__init__(message)
        self.holder = holder


class Unavailable(HelpdeskError):
    """A part we depend on does not answer now; trying again later may help."""


class StorageUnavailable(Unavailable):
    """The database is locked, away or refuses writes."""


class BrainUnavailable(Unavailable):
    """The Rasa process does not answer."""


class DeliveryError(HelpdeskError):
    """A message could not be handed to its channel; transient unless a subclass says otherwise."""


class RetryLater(DeliveryError):
    """The channel asks us to wait.

    Attributes:
        after_seconds: how long to wait before the next try in this conversation.
    """

    def __init__(self, message: str, after_seconds: float) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


class MarkupRefused(DeliveryError):
    """The channel refused the markup; the same text as plain text may pass."""


class Undeliverable(DeliveryError):
    """Trying again will not help.

    Attributes:
        is_blocked: the person has blocked us or left; sending to this contact ends.
    """

    def __init__(self, message: str, is_blocked: bool = False) -> None:
        super().__init__(message)
        self.is_blocked = is_blocked
