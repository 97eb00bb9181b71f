import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.aspect import aspect_of


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("lệ phí bao nhiêu", "fee"),
        ("het bn tien", "fee"),
        ("收费吗", "fee"),
        ("and how long does it take?", "time"),
        ("那要多久", "time"),
        ("nộp muộn thì sao", "time"),
        ("cần giấy tờ gì", "documents"),
        ("what papers do I need", "documents"),
        ("căn cứ thông tư nào", "law"),
        ("哪条规定写的", "law"),
        ("nộp ở đâu", "place"),
        ("which office", "place"),
        ("làm thế nào", "steps"),
        ("下一步怎么办", "steps"),
        ("luồng đỏ là gì vậy", None),
        ("em muốn hủy tờ khai", None),
    ],
)
def test_knows_which_part_is_asked_for(text: str, part: str | None) -> None:
    assert aspect_of(text) == part


def test_the_first_of_two_parts_is_answered_first() -> None:
    assert aspect_of("cần giấy tờ gì và mất bao lâu") == "documents"
    assert aspect_of("mất bao lâu và cần giấy tờ gì") == "time"


@given(st.text(max_size=300))
def test_any_text_is_judged_without_error(text: str) -> None:
    assert aspect_of(text) in ("fee", "time", "documents", "law", "place", "steps", None)
