"""What is told of a training while its log grows to millions of bytes."""

import tracemalloc
from pathlib import Path

import pytest

from bot.learning.child import BLOCK, TAIL_LINES, Child

FLOOD = "io.py:99: UserWarning: your example 'điều người ta đã viết' for intent 'x' has no phrase\n"
STEP = "INFO - Starting to train component '{}'.\n"


@pytest.fixture
def child(tmp_path: Path) -> Child:
    return Child(tmp_path, tmp_path)


def flooded(blocks: int) -> str:
    return FLOOD * (blocks * BLOCK // len(FLOOD.encode()) + 1)


def test_the_last_step_is_told_whatever_was_written_since(child: Child) -> None:
    child.log.write_text(STEP.format("First") + STEP.format("bot.nlu.Second") + flooded(3))
    assert child.look().step == "bot.nlu.Second"


@pytest.mark.parametrize("written_since", range(BLOCK - 50, BLOCK + 50, 7))
def test_a_step_may_stand_across_two_blocks(child: Child, written_since: int) -> None:
    child.log.write_text(STEP.format("First") + "x" * BLOCK + STEP.format("Second") + "x" * written_since)
    assert child.look().step == "Second"


def test_the_tail_never_begins_with_half_a_warning(child: Child) -> None:
    child.log.write_text(flooded(2) + "one\r\x1b[93mtwo\x1b[0m\n")
    assert child.look().tail == ("one", "two")


def test_only_the_last_lines_are_told(child: Child) -> None:
    child.log.write_text("".join(f"line {number}\n" for number in range(100)))
    assert child.look().tail == tuple(f"line {number}" for number in range(100 - TAIL_LINES, 100))


def test_looking_at_a_long_log_takes_little_memory(child: Child) -> None:
    child.log.write_text(STEP.format("First") + flooded(100))
    tracemalloc.start()
    try:
        assert child.look().step == "First"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 16 * BLOCK


def test_before_anything_was_written_nothing_is_told(child: Child) -> None:
    seen = child.look()
    assert (seen.step, seen.tail, seen.status, seen.last_words) == ("", (), None, "nothing")
    child.log.touch()
    assert child.look() == seen
