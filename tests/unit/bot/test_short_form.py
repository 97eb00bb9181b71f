import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.short_form import meant, unclear
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Outcome


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("KTC", ("kiểm tra chất lượng", "kiểm tra chuyên ngành")),
        ("KTC là gì", ("kiểm tra chất lượng", "kiểm tra chuyên ngành")),
        ("TQ là viết tắt của gì vậy ad", ("thông quan", "Trung Quốc")),
        ("lh", ("loại hình", "liên hệ")),
    ],
)
def test_a_lone_short_form_with_several_readings_is_asked_back(text: str, readings: tuple[str, ...]) -> None:
    for language in LANGUAGES:
        reply = unclear(text, language)
        assert reply is not None
        [asked] = reply.messages
        assert (reply.outcome, reply.language) == (Outcome.CLARIFY, language)
        assert all(reading in asked.text for reading in readings)
        assert [button.payload for button in asked.buttons] == ["officer"]
        assert meant(text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "short", "written"),
    [
        ("KBS là gì", "vi", "KBS", "khai bổ sung là gì"),
        ("what is KBS?", "en", "KBS", "what is khai bổ sung?"),
        ("dncx nghĩa là gì ạ", "vi", "dncx", "doanh nghiệp chế xuất nghĩa là gì ạ"),
        ("KBS是什么意思", "zh", "KBS", "khai bổ sung是什么意思"),
        ("what does coo mean", "en", "coo", "what does certificate of origin mean"),
    ],
)
def test_who_asks_what_a_short_form_is_gets_it_written_out(
    text: str, language: Language, short: str, written: str
) -> None:
    meaning = meant(text, language)
    assert meaning is not None
    assert (meaning.short, meaning.written) == (short, written)
    assert meaning.reading in written
    assert unclear(text, language) is None


@pytest.mark.parametrize(
    "text",
    ["TNTX", "KBS", "hàng TQ", "CO là gì", "A11 là gì", "20BB", "ok là gì", "thuế là gì", "là gì", "", "KBS " * 40],
)
def test_what_is_clear_or_more_than_a_short_form_is_for_the_brain(text: str) -> None:
    assert unclear(text, "vi") is None
    assert meant(text, "vi") is None


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_is_taken(text: str, language: Language) -> None:
    reply, meaning = unclear(text, language), meant(text, language)
    assert reply is None or meaning is None
    assert meaning is None or meaning.written != text
