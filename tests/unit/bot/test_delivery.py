from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from bot.delivery import Pace


class Stopwatch:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def sent_at(chats: list[str], per_second: float, per_chat: float) -> list[tuple[float, str]]:
    """When each message goes out, if everybody waits as told."""
    clock = Stopwatch()
    pace = Pace(per_second, per_chat, clock)
    waiting, gone = list(chats), []
    while waiting:
        waits = {}
        for chat in dict.fromkeys(waiting):
            wait = pace.take(chat)
            if wait == 0:
                gone.append((clock.now, chat))
                waiting.remove(chat)
                break
            waits[chat] = wait
        else:
            clock.now += min(waits.values())
    return gone


@given(
    chats=some.lists(some.sampled_from("abc"), max_size=25),
    per_second=some.sampled_from([0.0, 4.0, 28.0]),
    per_chat=some.sampled_from([0.0, 0.25, 1.05]),
)
def test_the_gaps_are_kept_over_all_and_in_each_chat(chats: list[str], per_second: float, per_chat: float) -> None:
    gone = sent_at(chats, per_second, per_chat)
    times = [at for at, _ in gone]
    gap = 1 / per_second if per_second else 0.0
    assert all(later - earlier >= gap - 1e-9 for earlier, later in pairwise(times))
    for chat in "abc":
        own = [at for at, name in gone if name == chat]
        assert all(later - earlier >= per_chat - 1e-9 for earlier, later in pairwise(own))
    assert sorted(name for _, name in gone) == sorted(chats)


def test_a_chat_that_must_wait_does_not_hold_up_another() -> None:
    assert [chat for _, chat in sent_at(["a", "a", "b"], 10.0, 5.0)] == ["a", "b", "a"]


def test_chats_that_are_long_quiet_are_forgotten() -> None:
    clock = Stopwatch()
    pace = Pace(0.0, 1.0, clock)
    for number in range(10_001):
        pace.take(str(number))
        clock.now += 1
    assert len(pace._next_in_chat) < 10
