import numpy as np

from bot.nlu.ngram import Vocabulary, grams


def test_text_with_and_without_marks_shares_its_plain_words() -> None:
    marked, bare = grams("Hủy tờ khai"), grams("huy to khai")
    assert {"w:huy", "w:to khai", "c: huy "} <= marked.keys() & bare.keys()
    assert "m:hủy" in marked
    assert "m:huy" not in bare


def test_long_numbers_are_one_symbol() -> None:
    assert grams("tk 301234567890") == grams("tk 309999999999")
    assert grams("mẫu 01") != grams("mẫu 02")


def test_chinese_characters_count_alone_and_in_runs() -> None:
    assert {"w:报", "w:报 关", "c:报关"} <= grams("报关单").keys()


def test_a_message_of_any_length_costs_the_same() -> None:
    assert sum(grams("thuế " * 100_000).values()) < 20_000


def test_rows_have_unit_length_for_words_and_for_characters() -> None:
    texts = ["hủy tờ khai", "hủy tờ khai hải quan", "nộp thuế"]
    vocabulary = Vocabulary.fit(texts, min_messages=1, max_terms=1000)
    row = vocabulary.rows(["hủy tờ khai"])
    is_char = np.array([term.startswith("c:") for term in vocabulary.terms])
    dense = row.toarray()[0]
    assert np.isclose(np.linalg.norm(dense[is_char]), 1)
    assert np.isclose(np.linalg.norm(dense[~is_char]), 1)


def test_rare_terms_and_terms_beyond_the_limit_are_left_out() -> None:
    texts = ["aa bb", "aa cc", "aa bb"]
    assert "w:cc" not in Vocabulary.fit(texts, min_messages=2, max_terms=1000).terms
    assert len(Vocabulary.fit(texts, min_messages=1, max_terms=3).terms) == 3


def test_unknown_or_empty_text_is_an_empty_row() -> None:
    vocabulary = Vocabulary.fit(["hủy tờ khai"], min_messages=1, max_terms=1000)
    rows = vocabulary.rows(["", "🙂", "xyz"])
    assert rows.shape == (3, len(vocabulary.terms))
    assert rows[:2].nnz == 0
    assert vocabulary.rows([]).shape == (0, len(vocabulary.terms))
