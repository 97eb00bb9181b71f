"""Vietnamese marks put back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.diacritic import restore
from knowledge_base.text.normal import strip_marks

WORDS = """
    nop thuế o dau tk form e , . ? 20BB cua khau CO đỏ a
"""


@pytest.mark.parametrize(
    "text",
    [
        "nộp thuế ở đâu",
        "tờ khai luồng đỏ kiểm hóa ở đâu",
        "hủy tờ khai nhập khẩu",
        "cửa khẩu móng cái",
        "giấy chứng nhận kiểm dịch thực vật",
        "hoàn thuế nhập khẩu",
        "khai bổ sung sau thông quan có bị phạt không",
    ],
)
def test_marks_are_restored(text: str) -> None:
    assert restore(strip_marks(text))[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "form e",
        "C/O form E",
        "20BB 14C-123.45 #&VN",
        "invoice container packing",
        "e",
        "39/2018/TT-BTC",
        "",
        "报关单",
        "CO",
    ],
)
def test_nothing_to_restore(text: str) -> None:
    assert restore(text) == [text]


def test_marked_words_case_and_other_languages_are_kept() -> None:
    assert restore("Nộp THUE")[0] == "Nộp THUẾ"
    assert restore("luong vàng")[0] == "luồng vàng"
    assert restore("can the goods go", language="en") == ["can the goods go"]


def test_versions_are_several_and_distinct() -> None:
    versions = restore("sua to khai", 3)
    assert len(set(versions)) == 3
    assert {strip_marks(version) for version in versions} == {"sua to khai"}


@given(st.text(max_size=200), st.integers(1, 4))
def test_only_marks_are_added(text: str, n: int) -> None:
    plain = unicodedata.normalize("NFC", text)
    versions = restore(text, n)
    assert 1 <= len(versions) <= n
    for version in versions:
        assert strip_marks(version) == strip_marks(plain) or version == text


@given(
    st.lists(
        st.sampled_from(WORDS.split()),
        max_size=25,
    )
)
def test_words_with_marks_are_never_touched(words: list[str]) -> None:
    text = " ".join(words)
    for version in restore(text):
        for typed, written in zip(text.split(" "), version.split(" "), strict=True):
            assert typed == written or typed.isascii()


@pytest.mark.parametrize("unit", ["do ", "a ", "form e ", "a/", "thue.", "1", "ạ"])
def test_hostile_text_is_read_to_the_end(unit: str) -> None:
    restore("khoi dong")
    assert restore((unit * 4096)[:4096])
