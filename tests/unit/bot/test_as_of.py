import json
from datetime import date

import pytest

from bot.as_of import answers
from knowledge_base import shelf
from knowledge_base.edition import Edition, LawEnd, Library, with_ends

ENDED = with_ends(shelf.reference(), {"38/2015/TT-BTC": LawEnd(date(2026, 6, 30))})
LIBRARY = Library.of([Edition(article, 4, is_draft=False) for article in shelf.articles()], ENDED)
LINE = json.dumps({"id": "1", "text": "hang luong do thi kiem hoa o dau"})


def asked(line: str, day: date) -> dict[str, object]:
    [answer] = answers(LIBRARY, day, [line])
    found: dict[str, object] = json.loads(answer)
    return found


def test_on_a_day_when_its_law_held_the_article_answers_with_its_version() -> None:
    found = asked(LINE, date(2026, 6, 30))
    assert (found["outcome"], found["article_id"], found["article_version"]) == ("answered", "channel-red", 4)


def test_after_its_law_ended_it_says_so() -> None:
    found = asked(LINE, date(2026, 7, 1))
    assert (found["outcome"], found["article_id"], found["topic"]) == ("handoff", None, "channel-red")
    assert "30/06/2026" in str(found["text"])


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"id": 1}', "\x00"])
def test_a_line_that_is_no_question_is_named(line: str) -> None:
    assert "error" in asked(line, date(2026, 7, 1))


def test_a_question_like_no_article_has_no_answer() -> None:
    assert asked('{"id": "x", "text": "qwx zzkj vbnq"}', date(2026, 7, 1))["article_id"] is None


def test_before_its_laws_began_it_does_not_answer_as_if_they_held() -> None:
    found = asked(LINE, date(2014, 12, 31))
    assert (found["outcome"], found["article_id"], found["topic"]) == ("handoff", None, "channel-red")
    assert "chỉ có hiệu lực từ" in str(found["text"])
