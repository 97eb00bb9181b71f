"""Addresses given by others stay inside the console; times are Vietnam's."""

from datetime import UTC, date, datetime

import pytest

from helpdesk.console.page import environment, local_path
from helpdesk.console.paging import Page, page_of


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example/console/queue",
        "//evil.example",
        "/\\evil.example",
        "/console//evil.example",
        "/console/../secret",
        "/console",
        "/other",
        "/console/a\nb",
        "/console/\u202equeue",
        "javascript:alert(1)",
    ],
)
def test_a_foreign_target_becomes_the_fallback(target: str | None) -> None:
    assert local_path(target, "/queue") == "/queue"


def test_a_page_of_the_console_is_kept_with_its_filters() -> None:
    assert local_path("/console/questions?outcome=error&page=2", "/queue") == "/questions?outcome=error&page=2"


def test_times_are_shown_in_vietnam() -> None:
    moment = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
    shown = (
        environment().from_string("{{ m | clock }} {{ m | day }} {{ d | day }}").render(m=moment, d=date(2027, 1, 2))
    )
    assert shown == "01:05 23/11/2026 02/01/2027"


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [(1, "1 B"), (999, "999 B"), (1000, "1 kB"), (20_400, "20 kB"), (999_499, "999 kB"), (999_500, "1.0 MB")],
)
def test_sizes_never_round_down_to_nothing(size_bytes: int, shown: str) -> None:
    assert environment().from_string("{{ n | size }}").render(n=size_bytes) == shown


def test_pages_lead_to_their_neighbours_and_keep_filters() -> None:
    assert page_of(1, 50, {}) == Page(None, None)
    assert page_of(1, 51, {"words": "a b", "outcome": ""}) == Page(None, "?words=a+b&page=2")
    assert page_of(2, 51, {}) == Page("?page=1", None)
