import json
from pathlib import Path

import pytest

from benchmarks.understanding import retrieval
from benchmarks.understanding.retrieval import Rank

PARAGRAPHS = ("the river floods in autumn", "a stamp for the river boat", "bread and butter")


@pytest.mark.parametrize("rank", [retrieval.bm25(PARAGRAPHS), retrieval.tf_idf(PARAGRAPHS)])
def test_the_paragraph_with_the_question_s_rare_words_comes_first(rank: Rank) -> None:
    assert rank("Which stamp has the boat?")[0] == 1
    assert rank("xyz") == []


def test_the_product_s_search_finds_paragraphs_as_it_finds_articles() -> None:
    assert retrieval.search(PARAGRAPHS, "en")("when does the river flood")[0] == 0


def test_chinese_is_cut_into_characters_and_their_pairs() -> None:
    assert retrieval.words("报关 ABC单") == ["报", "关", "abc", "单", "报关"]


def test_two_rankings_are_joined_by_reciprocal_ranks() -> None:
    assert retrieval.together([1, 2, 3], [2, 3]) == [2, 3, 1]


def test_a_direction_asks_in_one_language_and_looks_in_another(tmp_path: Path) -> None:
    rows = [
        {"question_vi": "q1", "context_en": "one"},
        {"question_vi": "q2", "context_en": "two"},
        {"question_vi": "q3", "context_en": "one"},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = retrieval.direction(path, "vi-en")
    assert (found.questions, found.answers, found.paragraphs) == (("q1", "q2", "q3"), (0, 1, 0), ("one", "two"))
