import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.learning import exam
from bot.learning.exam import Parsed, Question, Verdict
from bot.responder import Responder
from helpdesk.message import Outcome
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from knowledge_base.search import Hit
from knowledge_base.text.normal import fold

ROOT = Path(__file__).resolve().parents[4]
DECIDED = "1089084ead870b3f29ed1f240a8e4f5c07c7385a1dd4fa5265ef1da333d56ac4"


@cache
def library() -> Library:
    return Library.of([Edition(article, 1, is_draft=False) for article in shelf.articles()], shelf.reference())


@pytest.fixture
def responder() -> Responder:
    return Responder(library, lambda: datetime(2026, 11, 23, 5, 0, tzinfo=UTC))


def verdict(responder: Responder, target: str, intent: str, *hits: tuple[str, float]) -> Verdict:
    question = Question("reviewed", "hủy tờ khai", "vi", target)
    parsed = Parsed(intent, 0.9, tuple(Hit(*hit) for hit in hits), 5.0)
    return exam.answer(question, parsed, responder).verdict


def test_the_golden_set_has_every_article_and_none_that_does_not_exist() -> None:
    golden = exam.golden(ROOT)
    assert {one.article for one in golden if one.article} == {article.id for article in shelf.articles()}
    assert {one.target for one in golden if one.article is None} <= set(exam.OUTCOMES)
    assert {one.language for one in golden} == {"vi", "en", "zh"}
    assert len({fold(one.text) for one in golden}) == len(golden)


def test_the_golden_set_is_as_it_was_decided() -> None:
    """Whoever decides to let it grow says why in docs/decisions, and writes its new SHA-256 here."""
    content = (ROOT / exam.GOLDEN).read_bytes()
    assert hashlib.sha256(content).hexdigest() == DECIDED


def test_no_golden_question_is_one_to_learn_from_or_to_tune_on() -> None:
    learnt: set[str] = set()
    for path in (ROOT / "nlu_data").rglob("*.yml"):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("nlu", ()):
            learnt |= {fold(line.removeprefix("- ")) for line in block["examples"].splitlines()}
    for article in shelf.articles():
        for language in ("vi", "en", "zh"):
            learnt |= {fold(text) for text in article.content(language).questions}
    tuned = {fold(one.text) for one in exam.understanding(ROOT)}
    assert [one.text for one in exam.golden(ROOT) if fold(one.text) in learnt | tuned] == []


def test_intents_come_to_what_the_domain_s_rules_make_of_them() -> None:
    """Each rule is one intent and one action; responses say their outcome, actions are named for theirs."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    acted = {"action_hand_off": "handoff", "action_rate": "rating", "action_refuse": "refused", "action_answer": None}
    told = {name: texts[0]["custom"]["outcome"] for name, texts in domain["responses"].items()}
    rules = yaml.safe_load((ROOT / "nlu_data/rule.yml").read_text(encoding="utf-8"))["rules"]
    made = {rule["steps"][0]["intent"]: (acted | told)[rule["steps"][1]["action"]] for rule in rules}
    searched = {"procedure", "look_up_code", "nlu_fallback"}
    assert {intent for intent, outcome in made.items() if outcome is None} == searched
    assert {intent: str(outcome) for intent, outcome in exam.OUTCOMES.items()} == {
        intent: outcome for intent, outcome in made.items() if outcome is not None
    }


def test_the_right_article_is_right_and_another_is_wrong(responder: Responder) -> None:
    assert verdict(responder, "procedure/cancel", "procedure", ("cancel", 0.99)) is Verdict.RIGHT
    assert verdict(responder, "procedure/penalty", "procedure", ("cancel", 0.99)) is Verdict.WRONG


def test_asking_back_counts_by_what_is_among_the_choices(responder: Responder) -> None:
    close = (("amend-in-clearance", 0.5), ("penalty", 0.48))
    assert verdict(responder, "procedure/penalty", "procedure", *close) is Verdict.OFFERED
    assert verdict(responder, "procedure/transit", "procedure", *close) is Verdict.ASKED


@pytest.mark.parametrize(
    ("target", "intent", "wanted"),
    [
        ("must_refuse", "must_refuse", Verdict.RIGHT),
        ("must_refuse", "greet", Verdict.WRONG),
        ("officer", "officer", Verdict.RIGHT),
        ("out_of_scope", "officer", Verdict.RIGHT),
        ("procedure/cancel", "out_of_scope", Verdict.DECLINED),
        ("procedure/cancel", "must_refuse", Verdict.WRONG),
        ("procedure/denounce", "complain", Verdict.RIGHT),
    ],
)
def test_an_intent_is_judged_by_what_comes_of_it(
    responder: Responder, target: str, intent: str, wanted: Verdict
) -> None:
    assert verdict(responder, target, intent) is wanted


def test_an_answer_is_explained_by_what_the_model_and_the_search_found(responder: Responder) -> None:
    question = Question("reviewed", "hủy tờ khai", "vi", "procedure/cancel")
    hits = (Hit("cancel", 0.9912), Hit("penalty", 0.005), Hit("transit", 0.003), Hit("customs-fee", 0.001))
    why = exam.reasons(question, Parsed("procedure", 0.97, hits, 5.0), responder)
    assert (why["intent"], why["decision"]) == ("procedure", "answer")
    assert why["model"][0] == {"article_id": "cancel", "share": 0.991}
    assert len(why["model"]) == 3
    assert why["search"][0]["article_id"] == "cancel"


def test_an_outcome_is_one_of_the_contract() -> None:
    assert set(exam.OUTCOMES.values()) <= set(Outcome)
