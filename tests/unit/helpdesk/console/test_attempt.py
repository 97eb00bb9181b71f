"""Failures are counted per key, inside a window, without end in memory."""

from datetime import UTC, datetime, timedelta

from helpdesk.console import attempt
from helpdesk.console.attempt import Attempts


class Clock:
    """A clock that moves by hand."""

    now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_key_waits_after_its_last_allowed_failure_until_the_first_is_forgotten() -> None:
    clock = Clock()
    attempts = Attempts(2, timedelta(minutes=15), clock)
    attempts.count("lan")
    assert attempts.wait_seconds("lan") == 0
    clock.now += timedelta(minutes=5)
    attempts.count("lan")
    assert attempts.wait_seconds("lan") == 601
    assert attempts.wait_seconds("minh") == 0
    clock.now += timedelta(minutes=10)
    assert attempts.wait_seconds("lan") == 0


def test_success_forgets_the_failures() -> None:
    attempts = Attempts(1, timedelta(minutes=15), Clock())
    attempts.count("lan")
    attempts.clear("lan")
    assert attempts.wait_seconds("lan") == 0


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    attempts = Attempts(1, timedelta(minutes=15), Clock())
    for number in range(attempt.MAX_KEYS + 5):
        attempts.count(str(number))
    assert attempts.wait_seconds("0") == 0
    assert attempts.wait_seconds(str(attempt.MAX_KEYS)) > 0
