from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.query import MOST_READINGS, readings


def test_reads_what_was_typed_without_marks_as_it_was_meant() -> None:
    assert readings("tk vang tu sang toi gio chua ai duyet") == [
        "tk vang tu sang toi gio chua ai duyet",
        "tờ khai vàng từ sáng tới giờ chưa ai duyệt",
    ]


def test_other_languages_are_read_as_they_are() -> None:
    assert readings("red channel, where is the inspection") == ["red channel, where is the inspection"]
    assert readings("红通了在哪里查验")[0] == "红通了在哪里查验"


@given(st.text(max_size=300))
def test_the_text_itself_comes_first_and_nothing_twice(text: str) -> None:
    found = readings(text)
    assert found[0] == text
    assert len(found) == len(set(found)) <= MOST_READINGS
