"""Which questions the review lists, as its address says it: every field is text until it is parsed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from helpdesk.calendar import ZONE
from helpdesk.console.text import TextReader
from helpdesk.language import LANGUAGES
from helpdesk.message import Outcome
from helpdesk.review import INTENTS, ReviewState
from helpdesk.storage.question import Wanted
from helpdesk.usecase.feedback import POOR_REASONS

STATES = tuple(str(state) for state in ReviewState if state is not ReviewState.ERASED)
ALL = "all"
CHOICES: dict[str, tuple[str, ...]] = {
    "state": (*STATES, ALL),
    "language": LANGUAGES,
    "channel": ("web", "telegram"),
    "outcome": tuple(str(outcome) for outcome in Outcome),
    "intent": INTENTS,
    "judged": ("useful", "poor"),
    "poor": POOR_REASONS,
    "order": ("worth", "asked", "newest"),
    "view": ("groups", "list"),
    "escalated": ("1",),
    "answered": ("1",),
}
DEFAULTS = {"state": ReviewState.NEW.value, "order": "worth", "view": "groups"}
NAMES = (*CHOICES, "words", "article", "least", "most", "since", "until", "meaning", "cluster")
NOTHING = "-"
"""Stands for the group of questions that the bot took for nothing."""
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Sieve:
    """The fields of an address as they were typed, nonsense left out, and what they ask for."""

    fields: dict[str, str]
    wanted: Wanted

    @property
    def query(self) -> str:
        """The address of this list, without its page."""
        return urlencode({name: value for name, value in self.fields.items() if value != DEFAULTS.get(name, "")})

    def but(self, **fields: str) -> str:
        """The address of this list with some fields changed."""
        changed = {**self.fields, **fields}
        return urlencode({name: value for name, value in changed.items() if value != DEFAULTS.get(name, "")})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beyond state, order and view narrows the list."""
        return any(value for name, value in self.fields.items() if name not in DEFAULTS)


def sieve_of(query: Mapping[str, str], texts: TextReader) -> Sieve:
    """What an address asks for; a field that cannot be read asks for nothing."""
    fields = {name: _typed(query, name) for name in NAMES}
    state = fields["state"]
    wanted = Wanted(
        state=None if state == ALL else state,
        words=tuple(texts.fold(fields["words"]).split()[:MAX_WORDS]),
        answer_words=tuple(fields["words"].split()[:MAX_WORDS]),
        language=fields["language"] or None,
        channel=fields["channel"] or None,
        outcome=fields["outcome"] or None,
        intent=fields["intent"] or None,
        article=fields["article"] or None,
        poor_reason=fields["poor"] or None,
        judged=fields["judged"] or None,
        meaning=None if not fields["meaning"] else fields["meaning"].replace(NOTHING, "", fields["meaning"] == NOTHING),
        cluster_id=_whole(fields["cluster"]),
        least=_share(fields["least"]),
        most=_share(fields["most"]),
        since=_morning(fields["since"]),
        until=_morning(fields["until"], later=1),
        is_escalated=bool(fields["escalated"]),
        is_answered=bool(fields["answered"]),
        order=fields["order"],
    )
    return Sieve(fields, wanted)


def _typed(query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "").replace("\x00", "").strip()[:200]
    if name in CHOICES and value not in CHOICES[name]:
        return DEFAULTS.get(name, "")
    return value


def _whole(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def _share(value: str) -> float | None:
    """A percentage as a share of one."""
    number = _whole(value)
    return number / 100 if number is not None and number <= 100 else None


def _morning(value: str, later: int = 0) -> datetime | None:
    """The first moment of a day here, or of one so many days later."""
    try:
        day = date.fromisoformat(value) + timedelta(days=later)
        return datetime.combine(day, time(), ZONE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
