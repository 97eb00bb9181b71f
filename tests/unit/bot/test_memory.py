import platform
from pathlib import Path

import pytest

from bot import memory

PIECES, BYTES, KEPT = 40_000, 2000, 40


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="this C library keeps its own counsel")
def test_what_is_free_between_pieces_that_are_used_goes_back() -> None:
    pieces = [bytes(BYTES) for _ in range(PIECES)]
    used = pieces[::KEPT]
    pieces.clear()
    before = resident_bytes()
    assert memory.give_back()
    assert before - resident_bytes() > PIECES * BYTES / 4
    assert len(used) == PIECES / KEPT
