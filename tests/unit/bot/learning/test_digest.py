"""One key for one question, however it is typed; and likeness by keys alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.digest import key_of, question_of, training_text
from bot.learning.likeness import bands


@pytest.mark.parametrize(
    "other",
    ["huy to khai the nao", "HUỶ TỜ KHAI THẾ NÀO???", "hủy  tờ khai, thế nào", "Hu\u0309y to\u031b\u0300 khai the nao"],
)
def test_the_same_question_has_the_same_key_however_it_is_typed(other: str) -> None:
    assert key_of(other) == key_of("Huỷ tờ khai thế nào?")


def test_numbers_tell_questions_apart() -> None:
    assert key_of("mã loại hình E31") != key_of("mã loại hình E21")
    assert key_of("???") != key_of("!!!")


def test_nothing_is_left_of_nothing() -> None:
    assert question_of(" \u200b ", "vi") is None


@pytest.mark.parametrize("text", ["xem [tờ khai](301234567890)", "[a]{'entity': 'b'}"])
def test_nothing_reads_as_an_annotation_of_rasa(text: str) -> None:
    assert "](" not in training_text(text)
    assert "]{" not in training_text(text)


@given(st.text(max_size=300))
def test_any_text_becomes_one_line_with_a_stable_key(text: str) -> None:
    question = question_of(text, "vi")
    if question is not None:
        assert len(question.text.splitlines()) == 1
        assert len(question.key) == 64
        assert question_of(text, "vi") == question


def test_alike_texts_share_a_band_and_others_do_not() -> None:
    one = bands("xuat khau sau rieng dong lanh sang trung quoc can giay to gi")
    near = bands("xuat khau sau rieng dong lanh sang trung quoc can giay to gi a")
    far = bands("le phi hai quan nop o dau khi lam thu tuc tai mong cai")
    assert set(one) & set(near)
    assert not set(one) & set(far)
    assert bands("khong") == ()
    assert all(0 <= band < 1 << 63 for band in one)
