import re

from hypothesis import given
from hypothesis import strategies as st

from bot.split import length, split

PIECES = ["hải quan", "报关单。", "customs.", "\n", "\n\n", "https://vnaccs.example.vn/a-b?c=d", "🚚"]
WORDS = st.lists(st.sampled_from(PIECES))


@given(WORDS.map(" ".join), st.integers(40, 200))
def test_no_piece_is_too_long_and_nothing_but_space_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < length(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


@given(WORDS.map(" ".join))
def test_a_link_stays_whole(text: str) -> None:
    found = sum(piece.count("https://vnaccs.example.vn/a-b?c=d") for piece in split(text, 60))
    assert found == text.count("https://vnaccs.example.vn/a-b?c=d")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300), st.integers(2, 50))
def test_any_text_is_cut_without_breaking_a_character(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < length(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_a_full_stop_of_chinese_right_behind_the_limit_is_no_cut() -> None:
    text = "https://vnaccs.example.vn/a-b?c=d 🚚 报关单。 hải quan"
    assert split(text, 40) == ["https://vnaccs.example.vn/a-b?c=d 🚚", "报关单。 hải quan"]


def test_cuts_at_paragraphs_first() -> None:
    assert split("một hai ba\n\nbốn năm", 14) == ["một hai ba", "bốn năm"]
