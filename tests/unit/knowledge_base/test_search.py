from hypothesis import given
from hypothesis import strategies as st

from knowledge_base import shelf
from knowledge_base.search import Index

ARTICLES = list(shelf.articles())
INDEX = Index(ARTICLES)


def test_a_title_finds_its_article_with_and_without_marks() -> None:
    for article in ARTICLES:
        assert INDEX.search(article.vi.title)[0].article_id == article.id
        assert INDEX.search(article.zh.title)[0].article_id == article.id


def test_a_word_for_word_match_scores_one_and_noise_lowers_it() -> None:
    question = next(article for article in ARTICLES if article.id == "cancel").en.questions[0]
    exact = INDEX.search(question)[0]
    noisy = INDEX.search(f"{question} qwerty zxcvb asdfg")[0]
    assert exact.score > 0.99
    assert noisy.score < exact.score


def test_text_that_shares_nothing_finds_nothing() -> None:
    assert INDEX.search("ζψχ") == []


@given(st.text(max_size=200))
def test_scores_are_shares_in_falling_order_and_articles_come_once(text: str) -> None:
    hits = INDEX.search(text)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({hit.article_id for hit in hits}) == len(hits) <= 10
