import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.web.parser import MAX_TEXT, chat_message, clean
from bot.connectors.web.problem import ProblemError


def refusal(body: dict[str, object]) -> tuple[int, str]:
    with pytest.raises(ProblemError) as refused:
        chat_message(body)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  luồng đỏ \n", "luồng đỏ"),
        ("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("evil\u202egnp.exe\u2066x\u2069", "evilgnp.exex"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("\ud83d half", "half"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("tie\u0302\u0301ng Vie\u0323\u0302t", "tiếng Việt"),
        ("a\tb", "a\tb"),
    ],
)
def test_text_loses_what_deceives_and_keeps_what_people_wrote(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters()))
def test_cleaned_text_can_be_stored_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned.encode().decode()
    assert clean(cleaned) == cleaned


def test_a_text_a_file_message_and_a_button_are_understood() -> None:
    assert chat_message({"client_id": "1", "text": " hỏi "}).text == "hỏi"
    with_file = chat_message({"client_id": "1", "text": "", "file_ids": ["a" * 32]})
    assert with_file.file_ids == ("a" * 32,)
    button = chat_message({"client_id": "1", "button": "part:cancel:fee", "text": "Phí"})
    assert (button.button, button.text) == ("part:cancel:fee", "Phí")


def test_the_longest_text_passes_and_one_character_more_is_refused_with_the_limit() -> None:
    assert len(chat_message({"client_id": "1", "text": "🚢" * MAX_TEXT}).text) == MAX_TEXT
    with pytest.raises(ProblemError) as refused:
        chat_message({"client_id": "1", "text": "x" * (MAX_TEXT + 1)})
    assert (refused.value.status, refused.value.code) == (413, "text_too_long")
    assert refused.value.values == {"length": MAX_TEXT + 1, "limit": MAX_TEXT}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "bad_field")),
        ({"client_id": 7, "text": "x"}, (400, "bad_field")),
        ({"client_id": "", "text": "x"}, (400, "bad_field")),
        ({"client_id": "x" * 91, "text": "x"}, (400, "bad_field")),
        ({"client_id": "a b", "text": "x"}, (400, "bad_field")),
        ({"client_id": "1"}, (400, "empty_message")),
        ({"client_id": "1", "text": " \u200b\x00 "}, (400, "empty_message")),
        ({"client_id": "1", "text": ["x"]}, (400, "bad_field")),
        ({"client_id": "1", "button": 5}, (400, "bad_field")),
        ({"client_id": "1", "button": "launch:missiles"}, (400, "unknown_button")),
        ({"client_id": "1", "button": "pick:" + "x" * 64}, (400, "unknown_button")),
        ({"client_id": "1", "text": "x", "file_ids": "a" * 32}, (400, "bad_field")),
        ({"client_id": "1", "text": "x", "file_ids": ["a" * 32] * 2}, (400, "bad_field")),
        ({"client_id": "1", "text": "x", "file_ids": [f"{n:032x}" for n in range(11)]}, (400, "bad_field")),
        ({"client_id": "1", "text": "x", "file_ids": ["../../etc/passwd"]}, (404, "not_found")),
        ({"client_id": "1", "text": "x", "file_ids": [None]}, (404, "not_found")),
    ],
)
def test_a_message_that_is_not_one_is_refused_by_name(body: dict[str, object], expected: tuple[int, str]) -> None:
    assert refusal(body) == expected
