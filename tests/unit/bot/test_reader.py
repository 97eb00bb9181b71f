from datetime import date

import pytest

from bot.reader import Reader
from helpdesk.console.port import Terms
from helpdesk.language import LANGUAGES, Language
from knowledge_base import shelf
from knowledge_base.article import dump
from knowledge_base.edition import LawEnd, with_ends
from tests.conftest import NOON

DOCUMENT = dump(next(article for article in shelf.articles() if article.id == "channel-red"))


@pytest.fixture
def reader() -> Reader:
    return Reader(lambda: NOON)


def test_the_console_sees_what_a_contact_would_and_what_is_wrong(reader: Reader) -> None:
    assert reader.problem(DOCUMENT) is None
    assert reader.sources(DOCUMENT)
    assert reader.problem({"id": "x"}) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_shown_as_the_chat_page_and_as_telegram_show_it(reader: Reader, language: Language) -> None:
    shown = reader.shown(DOCUMENT, language)
    assert shown is not None
    assert DOCUMENT[language]["title"] in shown.text
    assert shown.telegram[0].startswith("🤖 ")
    assert len(shown.buttons) > 3
    assert shown.sources


def test_a_language_can_be_seen_before_the_others_are_written(reader: Reader) -> None:
    empty = {**DOCUMENT["en"], "title": "", "answer": ""}
    document = DOCUMENT | {"en": empty, "zh": empty}
    assert reader.shown(document, "vi") is not None
    assert reader.shown(document, "zh") is None
    assert {one.field for one in reader.complaints(document)} == {
        f"{language}.{field}" for language in ("en", "zh") for field in ("title", "answer")
    }


def test_on_a_day_after_its_law_ended_it_shows_what_is_said_instead() -> None:
    ended = with_ends(shelf.reference(), {"38/2015/TT-BTC": LawEnd(date(2026, 6, 30))})
    reader = Reader(lambda: NOON, lambda: ended)
    before, after = reader.shown(DOCUMENT, "en", date(2026, 6, 30)), reader.shown(DOCUMENT, "en")
    assert before is not None
    assert after is not None
    assert (before.is_halted, after.is_halted) == (False, True)
    assert "in force only until 30 Jun 2026" in after.text


def test_a_broken_link_is_named(reader: Reader) -> None:
    answer = "See https://customs and https://www.customs.gov.vn/x."
    [found] = reader.complaints(DOCUMENT | {"en": DOCUMENT["en"] | {"answer": answer}})
    assert (found.field, found.kind) == ("en.answer", "broken_link")


def test_a_source_is_a_known_key_or_a_whole_address(reader: Reader) -> None:
    sources = [*DOCUMENT["sources"], "https://customs.gov.vn/x", "https://customs", "a book"]
    found = reader.complaints(DOCUMENT | {"sources": sources})
    assert [(one.field, one.kind) for one in found] == [("sources", "unknown_source")] * 2


def test_an_approved_version_is_shown_without_the_draft_s_mark_and_with_its_first_day(reader: Reader) -> None:
    draft = reader.shown(DOCUMENT, "en", terms=Terms(is_draft=True))
    approved = reader.shown(DOCUMENT, "en", terms=Terms(effective_from=date(2026, 11, 2)))
    ended = reader.shown(DOCUMENT, "en", terms=Terms(effective_to=date(2026, 11, 2)))
    assert draft is not None
    assert approved is not None
    assert ended is not None
    assert ("Draft, not yet approved" in draft.text, "Draft, not yet approved" in approved.text) == (True, False)
    assert "2 Nov 2026" in approved.text
    assert ended.is_halted
