"""When an update that the webhook did not take is sent again, and when it is given up.

The Bot API says only that an unsuccessful request (anything but 2xx) is repeated "a reasonable
amount of attempts" and that updates are kept for 24 hours. The numbers here are those of the
published server (tdlib/telegram-bot-api, WebhookActor): the first repeat comes at once, then
2, 4, 8 ... seconds up to a ceiling drawn between 60 and 120; a ``Retry-After`` header of the
webhook is obeyed up to an hour; an update whose next attempt would come after its end of life is
dropped. A callback query lives 150 seconds, everything else 24 hours.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

DAY = 86_400.0
CALLBACK_QUERY_LIFE = 150.0


@dataclass(frozen=True, slots=True)
class Resend:
    """How often an update failed and how long it waits now."""

    delay: int = 1
    fails: int = 0
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    response_timeout: float = 60.0
    max_delay: int = 60
    max_retry_after: int = 3_600
    life: float = DAY
    callback_query_life: float = CALLBACK_QUERY_LIFE

    def life_of(self, kind: str) -> float:
        return self.callback_query_life if kind == "callback_query" else self.life

    def after_failure(self, state: Resend, retry_after: int, rng: random.Random) -> Resend:
        retry_after = min(max(retry_after, 0), self.max_retry_after)
        if retry_after or state.fails == 0:
            return Resend(state.delay, state.fails + 1, float(retry_after))
        ceiling = rng.randint(self.max_delay, self.max_delay * 2)
        delay = min(ceiling, state.delay * 2)
        return Resend(delay, state.fails + 1, float(delay))
