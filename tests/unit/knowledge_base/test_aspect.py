import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base import shelf
from knowledge_base.aspect import aspect_of, is_follow_up, subjects

NAMED = subjects(title for article in shelf.articles() for title in article.titles)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("lệ phí bao nhiêu", "fee"),
        ("het bn tien", "fee"),
        ("收费吗", "fee"),
        ("and how long does it take?", "time"),
        ("那要多久", "time"),
        ("cần giấy tờ gì", "documents"),
        ("what papers do I need", "documents"),
        ("căn cứ thông tư nào", "law"),
        ("哪条规定写的", "law"),
        ("nộp ở đâu", "place"),
        ("which office", "place"),
        ("làm thế nào", "steps"),
        ("下一步怎么办", "steps"),
        ("luồng đỏ là gì vậy", None),
    ],
)
def test_knows_which_part_is_asked_for(text: str, part: str | None) -> None:
    assert aspect_of(text) == part


def test_the_first_of_two_parts_is_answered_first() -> None:
    assert aspect_of("cần giấy tờ gì và mất bao lâu") == "documents"
    assert aspect_of("mất bao lâu và cần giấy tờ gì") == "time"


@pytest.mark.parametrize(
    "text", ["còn phí thì sao", "and the fee?", "那要多久", "nop o dau", "Làm thế nào?", "until when"]
)
def test_a_question_without_a_subject_is_about_what_was_spoken_of(text: str) -> None:
    assert is_follow_up(text, 0.95, NAMED)


@pytest.mark.parametrize(
    "text",
    ["hoàn thuế hàng tái xuất cần giấy tờ gì", "how do I register a digital signature", "榴莲出口到中国要什么单证"],
)
def test_a_question_with_a_subject_is_not(text: str) -> None:
    assert not is_follow_up(text, 0.95, NAMED)


@pytest.mark.parametrize("text", ["What documents do I need for temporary import?", "hồ sơ tạm nhập tái xuất cần gì"])
def test_an_unsure_classifier_does_not_make_a_named_subject_a_follow_up(text: str) -> None:
    assert not is_follow_up(text, 0.1, NAMED)


@pytest.mark.parametrize("text", ["😀", "...", ""])
def test_a_text_without_words_asks_nothing(text: str) -> None:
    assert not is_follow_up(text, 0.1, NAMED)


@given(st.text(max_size=300), st.floats(0, 1))
def test_any_text_is_judged_without_error(text: str, confidence: float) -> None:
    aspect_of(text)
    assert is_follow_up(text, confidence, NAMED) in (True, False)
