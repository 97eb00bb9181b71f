"""Flood limits: Bot FAQ, about 1 message per second in a chat and 30 overall."""

from __future__ import annotations

import pytest

from tests.fake_telegram.flood import FloodGate, Limits


class Wall:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr("tests.fake_telegram.flood.time.monotonic", wall)
    return wall


def test_burst_then_one_a_second(wall: Wall) -> None:
    gate = FloodGate(Limits(chat_burst=3))
    assert [gate.retry_after(1) for _ in range(4)] == [0, 0, 0, 1]
    assert gate.retry_after(2) == 0
    wall.seconds += 1
    assert [gate.retry_after(1) for _ in range(2)] == [0, 1]


def test_thirty_a_second_over_all_chats(wall: Wall) -> None:
    gate = FloodGate(Limits())
    passed = [gate.retry_after(chat) for chat in range(40)]
    assert passed == [0] * 30 + [1] * 10
    wall.seconds += 0.5
    assert [gate.retry_after(chat) for chat in range(50, 66)].count(0) == 15


def test_retry_after_says_how_long(wall: Wall) -> None:
    assert wall.seconds == 0
    gate = FloodGate(Limits(chat_rate=0.1, chat_burst=1))
    assert [gate.retry_after(1), gate.retry_after(1)] == [0, 10]


def test_switch(wall: Wall) -> None:
    assert wall.seconds == 0
    gate = FloodGate(None)
    assert {gate.retry_after(1) for _ in range(100)} == {0}
    gate.limits = Limits(chat_burst=1)
    assert [gate.retry_after(1), gate.retry_after(1)] == [0, 1]
    gate.limits = None
    assert gate.retry_after(1) == 0
