"""Addresses of the review: what they ask for, and what of them is nonsense."""

from datetime import UTC, datetime

import pytest

from helpdesk.console.sieve import sieve_of
from helpdesk.console.text import PlainTexts
from helpdesk.storage.question import Wanted


def wanted(**query: str) -> Wanted:
    return sieve_of(query, PlainTexts()).wanted


def test_an_empty_address_asks_for_new_questions_by_worth() -> None:
    sieve = sieve_of({}, PlainTexts())
    assert sieve.wanted == Wanted(state="new")
    assert (sieve.query, sieve.is_narrowed, sieve.fields["view"]) == ("", False, "groups")


def test_every_filter_is_understood() -> None:
    found = wanted(
        state="all", words="Huỷ  tờ", language="zh", channel="web", outcome="clarify", intent="officer",
        article="cancel", poor="wrong", judged="poor", least="20", most="60", since="2026-11-01", until="2026-11-02",
        escalated="1", answered="1", order="asked", meaning="procedure/cancel", cluster="7",
    )  # fmt: skip
    assert found == Wanted(
        None, ("huy", "to"), ("Huỷ", "tờ"), "zh", "web", "clarify", "officer", "cancel", "wrong", "poor",
        "procedure/cancel", 7,
        0.2, 0.6, datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 2, 17, tzinfo=UTC), True, True, "asked",
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        {"state": "erased"},
        {"language": "fr"},
        {"least": "-1"},
        {"most": "101"},
        {"least": "²"},
        {"since": "2026-02-31"},
        {"until": "9999-12-31"},
        {"cluster": "9" * 99},
        {"order": "; drop table"},
        {"escalated": "yes"},
    ],
)
def test_nonsense_asks_for_nothing(query: dict[str, str]) -> None:
    assert wanted(**query) == Wanted(state="new")


def test_the_group_without_a_meaning_can_be_asked_for() -> None:
    assert wanted(meaning="-").meaning == ""


def test_an_address_keeps_its_filters_when_one_changes() -> None:
    sieve = sieve_of({"words": "thuế & phí", "state": "later"}, PlainTexts())
    assert sieve.but(state="new") == "words=thu%E1%BA%BF+%26+ph%C3%AD"
