import re
from datetime import date

import pytest

from knowledge_base import shelf
from knowledge_base.answer import compose, day, explain_code, label
from knowledge_base.article import LANGUAGES, PARTS, Language, dump, parse
from knowledge_base.edition import Edition

ARTICLES = {article.id: article for article in shelf.articles()}
REFERENCE = shelf.reference()
TODAY = date(2026, 11, 23)


def draft(article_id: str) -> Edition:
    return Edition(ARTICLES[article_id], 1, is_draft=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_carries_draft_mark_and_reference_line(language: Language) -> None:
    for article_id in ARTICLES:
        text = compose(draft(article_id), REFERENCE, language, TODAY).text
        content = ARTICLES[article_id].content(language)
        assert text.startswith(content.title)
        assert content.answer in text
        assert label(language, "draft") in text
        assert label(language, "reference") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_says_since_when_its_law_is_in_force_where_that_is_known(language: Language) -> None:
    known = {key: law.in_force_from for key, law in REFERENCE.instruments.items() if law.in_force_from}
    told = 0
    for article_id, article in ARTICLES.items():
        text = compose(draft(article_id), REFERENCE, language, TODAY).text
        for basis in article.legal_basis[:3]:
            begins = basis.effective_from or known.get(basis.instrument)
            if begins:
                told += 1
                assert label(language, "in_force_from", day=day(begins, language)) in text
    assert told > 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_every_article_can_be_said(language: Language) -> None:
    for article_id in ARTICLES:
        for part in PARTS:
            text = compose(draft(article_id), REFERENCE, language, TODAY, part, is_whole=False).text
            assert f"{label(language, part)}{label(language, 'colon').strip()}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_law_is_named_in_the_text_as_the_chat_would_list_it(language: Language) -> None:
    """The chat page leaves out of its list what the text names (`isCited` in message.js)."""
    mark = "，" if language == "zh" else ", "
    for article_id, article in ARTICLES.items():
        composed = compose(draft(article_id), REFERENCE, language, TODAY, "law", is_whole=False)
        for cited in composed.citations[: len(article.legal_basis)]:
            assert mark.join(filter(None, (cited.title, cited.article))) in composed.text


def test_an_approved_version_has_no_draft_mark_and_says_since_when() -> None:
    approved = Edition(ARTICLES["cancel"], 2, is_draft=False, effective_from=date(2026, 11, 1))
    text = compose(approved, REFERENCE, "vi", TODAY).text
    assert "Bản nháp" not in text
    assert "01/11/2026" in text


def test_the_asked_part_comes_before_the_plain_answer() -> None:
    text = compose(draft("channel-red"), REFERENCE, "en", TODAY, "steps").text
    assert text.index(label("en", "steps")) < text.index(ARTICLES["channel-red"].en.answer)


def test_what_no_source_states_is_said_to_be_unknown() -> None:
    silent = next(article for article in ARTICLES.values() if article.en.fee is None)
    text = compose(Edition(silent, 1, is_draft=True), REFERENCE, "en", TODAY, "fee").text
    assert label("en", "unknown_fee") in text


def test_an_article_past_its_review_date_says_so() -> None:
    volatile = next(article for article in ARTICLES.values() if article.is_volatile)
    assert volatile.review_by is not None
    late = date(volatile.review_by.year + 1, 1, 1)
    assert "⚠" in compose(Edition(volatile, 1, is_draft=False), REFERENCE, "zh", late).text
    assert "⚠" not in compose(Edition(volatile, 1, is_draft=False), REFERENCE, "zh", TODAY).text


def test_parts_already_shown_are_not_offered_again() -> None:
    composed = compose(draft("channel-red"), REFERENCE, "vi", TODAY, "documents")
    assert "documents" not in composed.parts


@pytest.mark.parametrize(
    ("code", "is_known", "said"),
    [
        ("A12", True, "A12"),
        ("E56", True, "abolished"),
        ("Z99", False, "will not guess"),
        ("08106000", False, "HS code"),
    ],
)
def test_codes_are_explained_or_said_to_be_unknown(code: str, is_known: bool, said: str) -> None:
    text, found = explain_code(REFERENCE, code, "en")
    assert found is is_known
    assert said in text


def test_chinese_has_its_own_marks_and_no_space_between_sentences() -> None:
    text = compose(draft("mongcai-hours"), REFERENCE, "zh", TODAY).text
    assert "时限：" in text
    assert not re.search(r"[。：；，] [\u4e00-\u9fff]|[\u4e00-\u9fff]: ", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_without_a_legal_basis_says_so(language: Language) -> None:
    document = dump(ARTICLES["channel-red"]) | {"legal_basis": []}
    bare = Edition(parse(document, "test"), 1, is_draft=False)
    said = label(language, "unknown_law")
    assert said in compose(bare, REFERENCE, language, TODAY).text
    assert said not in compose(Edition(ARTICLES["channel-red"], 1, is_draft=False), REFERENCE, language, TODAY).text
