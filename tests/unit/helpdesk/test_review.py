"""What a question is worth, and when one person's word is not enough."""

from pathlib import Path

import pytest
import yaml

from helpdesk.message import Outcome
from helpdesk.review import (
    INTENTS,
    NOT_TRAINING,
    Doubt,
    Labelling,
    article_of,
    doubt_about,
    is_target,
    overlap,
    suggestion,
    worth,
)

ROOT = Path(__file__).resolve().parents[3]
CANCEL, PENALTY, REFUSE = "procedure/cancel", "procedure/penalty", "must_refuse"


def test_labels_know_every_intent_of_the_domain() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert {next(iter(one)) for one in domain["intents"]} - {"procedure", "nlu_fallback"} == set(INTENTS)


@pytest.mark.parametrize(
    ("given", "doubt"),
    [
        (Labelling(CANCEL, suggested=CANCEL), None),
        (Labelling(CANCEL, suggested=PENALTY), None),
        (Labelling(CANCEL), None),
        (Labelling("procedure/new-thing", is_known=False), Doubt.NEW_INTENT),
        (Labelling(REFUSE, suggested=REFUSE), None),
        (Labelling(CANCEL, suggested=REFUSE), Doubt.REFUSAL),
        (Labelling(REFUSE, suggested=CANCEL), Doubt.REFUSAL),
        (Labelling(NOT_TRAINING, suggested=REFUSE), Doubt.REFUSAL),
        (Labelling(CANCEL, suggested=REFUSE, decided=CANCEL), None),
        (Labelling(CANCEL, decided=REFUSE, is_own=True), Doubt.REFUSAL),
        (Labelling(CANCEL, decided=PENALTY), Doubt.CONTRADICTION),
        (Labelling(CANCEL, decided=PENALTY, is_own=True), None),
        (Labelling(CANCEL, decided=CANCEL), None),
        (Labelling(CANCEL, suggested=CANCEL, is_over_limit=True), Doubt.LIMIT),
    ],
)
def test_a_second_person_is_needed_where_one_could_do_harm(given: Labelling, doubt: Doubt | None) -> None:
    assert doubt_about(given) is doubt


def test_what_an_officer_had_to_answer_is_worth_most() -> None:
    plain = worth(0.9, 1, 0, 0, 0)
    unsure, frequent = worth(0.2, 1, 0, 0, 0), worth(0.9, 8, 0, 0, 0)
    complained, corrected = worth(0.9, 1, 2, 0, 0), worth(0.9, 1, 0, 2, 2)
    assert plain < unsure < complained < corrected
    assert plain < frequent < corrected


@pytest.mark.parametrize("confidence", [-1.0, 0.0, 1.0, 7.0])
def test_worth_is_never_below_nothing(confidence: float) -> None:
    assert worth(confidence, 0, 0, 0, 0) >= 0


@pytest.mark.parametrize(
    ("intent", "article", "candidates", "outcome", "target"),
    [
        ("procedure/cancel", "cancel", ("penalty",), Outcome.ANSWERED, CANCEL),
        ("officer", None, ("cancel",), Outcome.HANDOFF, "officer"),
        ("nlu_fallback", None, ("cancel", "penalty"), Outcome.CLARIFY, CANCEL),
        (None, None, (), Outcome.REFUSED, REFUSE),
        (None, None, (), Outcome.OUT_OF_SCOPE, "out_of_scope"),
        ("nlu_fallback", None, (), Outcome.HANDOFF, ""),
    ],
)
def test_what_the_bot_took_it_for_is_said_as_a_label(
    intent: str | None, article: str | None, candidates: tuple[str, ...], outcome: Outcome, target: str
) -> None:
    assert suggestion(intent, article, candidates, outcome) == target


def test_targets_are_intents_articles_and_nothing_else() -> None:
    good = [*INTENTS, NOT_TRAINING, CANCEL, "procedure/km3-4"]
    bad = ["", "procedure", "procedure/", "procedure/a_b", "procedure/a--b", "cancel", "procedure/" + "a" * 65, "new"]
    assert [one for one in good if not is_target(one)] == []
    assert [one for one in bad if is_target(one)] == []
    assert (article_of(CANCEL), article_of("officer")) == ("cancel", None)


def test_overlap_is_a_share() -> None:
    assert overlap("huy to khai", "huy to khai") == 1
    assert overlap("huy to khai", "sau rieng") == 0
    assert 0.5 < overlap("huy to khai xuat khau", "huy to khai xuat khau a") < 1
    assert overlap("", "") == 1
