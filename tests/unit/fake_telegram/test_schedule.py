"""Resends as the published server does them, and the clock they run on."""

from __future__ import annotations

import random

import pytest

from tests.fake_telegram.clock import Clock
from tests.fake_telegram.schedule import CALLBACK_QUERY_LIFE, DAY, Resend, Schedule


def waits(times: int, retry_after: int = 0) -> list[float]:
    state, rng, found = Resend(), random.Random(3), []
    for _ in range(times):
        state = Schedule().after_failure(state, retry_after, rng)
        found.append(state.wait)
    return found


def test_first_resend_at_once_then_doubling_to_a_ceiling() -> None:
    delays = waits(40)
    assert delays[:7] == [0, 2, 4, 8, 16, 32, 64]
    assert all(60 <= delay <= 120 for delay in delays[7:])


def test_retry_after_is_obeyed_up_to_an_hour() -> None:
    assert waits(2, retry_after=30) == [30, 30]
    assert waits(1, retry_after=999_999) == [3_600]


def test_a_day_of_failures_is_bounded() -> None:
    passed = attempts = 0.0
    for delay in waits(2_000):
        if passed + delay > DAY:
            break
        passed += delay
        attempts += 1
    assert 700 < attempts < 1_500


def test_life() -> None:
    assert Schedule().life_of("message") == DAY
    assert Schedule().life_of("callback_query") == CALLBACK_QUERY_LIFE


def test_clock_factor() -> None:
    assert Clock(50.0).real(100.0) == 2.0
    with pytest.raises(ValueError, match="positive"):
        Clock(0)
