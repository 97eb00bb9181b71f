"""Vietnamese syllables and the slips of the keyboard that are put right by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.syllable import is_bare_syllable, is_syllable, place_tone
from knowledge_base.text.typo import repair

RIGHT_WORDS = """
    see door been law how town free keep three baf caf ref conf AAA VIII xxx www ngay16 xe2 B11 E62 ecus6
"""

OTHER_WORDS = """
    form km tt thuêế bank khat ngê kưa nghơ hợpp mark café ok
"""

SYLLABLES = """
    thuế khẩu nghiêng quốc quyết giếng gì uỷ yêu khuya moóc ngoẹo đường ở ạ Ý xuất khuỷu
"""


@pytest.mark.parametrize(
    "word",
    SYLLABLES.split(),
)
def test_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", OTHER_WORDS.split())
def test_other_words_are_not_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_bare_syllables() -> None:
    assert all(is_bare_syllable(word) for word in ("thue", "duoc", "Nghieng", "quoc", "gi"))
    assert not any(is_bare_syllable(word) for word in ("form", "bank", "ce", "qo", "tk", "invoice", ""))


@pytest.mark.parametrize(
    ("typed", "placed"),
    [
        ("hoà", "hòa"),
        ("quì", "quì"),
        ("qúy", "quý"),
        ("cuả", "của"),
        ("nghiã", "nghĩa"),
        ("GIƯÃ", "GIỮA"),
        ("tủôi", "tuổi"),
        ("gìơ", "giờ"),
        ("ngòai", "ngoài"),
        ("résumé", "résumé"),
        ("naïve", "naïve"),
    ],
)
def test_tone_marks_stand_where_they_belong(typed: str, placed: str) -> None:
    assert place_tone(typed) == placed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("khoong", "không"),
        ("Khoong", "Không"),
        ("KHOONG", "KHÔNG"),
        ("tieenf", "tiền"),
        ("dduongwf", "đường"),
        ("ddi", "đi"),
        ("laf", "là"),
        ("muoons", "muốn"),
        ("thue61", "thuế"),
        ("so61", "số"),
        ("ha2ng", "hàng"),
        ("pleaseee", "please"),
        ("vậyyy", "vậy"),
    ],
)
def test_slips_are_undone(typed: str, meant: str) -> None:
    assert repair(typed) == meant


@pytest.mark.parametrize(
    "word",
    RIGHT_WORDS.split(),
)
def test_words_that_are_right_stay(word: str) -> None:
    assert repair(word) == word


@given(st.text(alphabet="aeiouydghklmnprstvxfjwAEOD123456789ăâêôơưđ", max_size=30))
def test_repairing_twice_is_repairing_once(word: str) -> None:
    assert repair(repair(word)) == repair(word)
    assert len(repair(word)) <= len(word)
