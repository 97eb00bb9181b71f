"""What the console is told about texts."""

from pathlib import Path

from bot.learning.digest import key_of
from bot.learning.texts import Texts
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library

ROOT = Path(__file__).resolve().parents[4]


def test_a_training_question_and_an_article_s_own_are_known_by_their_keys() -> None:
    article = next(article for article in shelf.articles() if article.id == "cancel")
    library = Library.of([Edition(article, 1, is_draft=True)], shelf.reference())
    texts = Texts(ROOT / "nlu_data", lambda: library)
    assert texts.learnt(key_of(article.vi.questions[0])) == "procedure/cancel"
    assert texts.learnt(key_of("xin huy to khai")) is None
    texts.load()
    assert texts.learnt(key_of("xin huy to khai")) == "procedure/cancel"
    assert texts.learnt(key_of("một câu chưa ai hỏi bao giờ")) is None
