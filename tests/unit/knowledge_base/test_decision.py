import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.decision import LEAST_CHOICE, Decision, Thresholds, decide, decide_alone, fuse, is_decisive
from knowledge_base.search import Hit

LIMITS = Thresholds(floor=0.4, margin=0.1, nearest=0.1, certain=0.6, classifier_weight=0.5)
HITS = st.lists(
    st.builds(Hit, st.sampled_from("abcdef"), st.floats(0, 1)), max_size=6, unique_by=lambda hit: hit.article_id
)


@pytest.mark.parametrize(
    ("classified", "found", "verdict"),
    [
        ([Hit("a", 0.9)], [Hit("a", 0.9)], "answer"),
        ([Hit("a", 0.9), Hit("b", 0.8)], [Hit("a", 0.5), Hit("b", 0.5)], "clarify"),
        ([Hit("a", 0.3)], [Hit("a", 0.3)], "clarify"),
        ([Hit("a", 0.05)], [], "not_found"),
        ([], [], "not_found"),
    ],
)
def test_decides_by_floor_and_margin(classified: list[Hit], found: list[Hit], verdict: str) -> None:
    assert decide(classified, found, LIMITS).verdict == verdict


@given(HITS, HITS)
def test_an_answer_always_clears_the_floor_and_leads_and_choices_are_at_most_three(
    classified: list[Hit], found: list[Hit]
) -> None:
    decision = decide(classified, found, LIMITS)
    assert len(decision.choices) <= 3
    if decision.verdict == "answer":
        assert decision.ranking[0].score >= LIMITS.floor
        assert len(decision.ranking) == 1 or decision.ranking[0].score - decision.ranking[1].score >= LIMITS.margin


def test_what_is_out_of_the_question_is_no_choice_but_stays_in_the_ranking() -> None:
    decision = Decision("clarify", (Hit("a", 0.3), Hit("b", 0.2), Hit("c", LEAST_CHOICE / 2)))
    assert [hit.article_id for hit in decision.choices] == ["a", "b"]
    assert len(decision.ranking) == 3


@given(HITS, HITS)
def test_fusing_is_a_ranking_of_everything_seen(classified: list[Hit], found: list[Hit]) -> None:
    fused = fuse(classified, found, 0.5)
    assert {hit.article_id for hit in fused} == {hit.article_id for hit in (*classified, *found)}
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)


@given(HITS, HITS)
def test_where_the_classifier_is_decisive_no_search_changes_the_answer(classified: list[Hit], found: list[Hit]) -> None:
    ranked = sorted(classified, key=lambda hit: -hit.score)
    if is_decisive(ranked, LIMITS):
        with_search, without = decide(ranked, found, LIMITS), decide(ranked, (), LIMITS)
        assert with_search.verdict == without.verdict == "answer"
        assert with_search.ranking[0].article_id == without.ranking[0].article_id


def test_a_sure_classifier_is_decisive() -> None:
    assert is_decisive([Hit("a", 0.97), Hit("b", 0.02)], Thresholds())
    assert not is_decisive([Hit("a", 0.5), Hit("b", 0.3)], Thresholds())


@given(HITS)
def test_alone_the_search_answers_only_what_is_certain(found: list[Hit]) -> None:
    ranked = sorted(found, key=lambda hit: -hit.score)
    decision = decide_alone(ranked, LIMITS)
    assert decision.verdict in ("answer", "not_found")
    if decision.verdict == "answer":
        assert ranked[0].score >= LIMITS.certain
