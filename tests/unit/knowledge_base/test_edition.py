from dataclasses import replace
from datetime import date

import pytest

from knowledge_base import shelf
from knowledge_base.answer import compose, halted
from knowledge_base.article import LANGUAGES, Article, ArticleProblem, dump, parse
from knowledge_base.edition import Edition, Halt, LawEnd, Library, Switches, with_ends

REFERENCE = shelf.reference()
ARTICLES = {article.id: article for article in shelf.articles()}
LAST = date(2026, 11, 30)
AFTER = date(2026, 12, 1)


def edition(article_id: str = "channel-red", **values: object) -> Edition:
    return replace(Edition(ARTICLES[article_id], 3, is_draft=False), **values)  # type: ignore[arg-type]


def with_basis(article: Article, **days: str) -> Article:
    document = dump(article)
    document["legal_basis"][0] |= days
    return parse(document, "test")


def test_an_edition_holds_from_its_first_day_to_its_last_and_not_a_day_longer() -> None:
    shown = edition(effective_from=date(2026, 11, 1), effective_to=LAST)
    assert shown.halt(REFERENCE, date(2026, 10, 31)) == Halt("not_yet", date(2026, 11, 1))
    assert shown.halt(REFERENCE, LAST) is None
    assert shown.halt(REFERENCE, AFTER) == Halt("ended", LAST)


def test_an_article_stops_the_day_after_a_law_it_rests_on_has_ended() -> None:
    ended = with_ends(REFERENCE, {"38/2015/TT-BTC": LawEnd(LAST)})
    assert edition().halt(ended, LAST) is None
    assert edition().halt(ended, AFTER) == Halt("law_ended", LAST, "38/2015/TT-BTC")


def test_an_article_does_not_answer_before_every_law_it_rests_on_has_begun() -> None:
    instrument = REFERENCE.instruments["38/2015/TT-BTC"].model_copy(update={"in_force_from": AFTER})
    coming = replace(REFERENCE, instruments=REFERENCE.instruments | {"38/2015/TT-BTC": instrument})
    assert edition().halt(coming, LAST) == Halt("law_not_yet", AFTER, "38/2015/TT-BTC")
    assert edition().halt(coming, AFTER) is None
    provision = replace(edition(), article=with_basis(ARTICLES["channel-red"], effective_from="2026-12-01"))
    assert provision.halt(REFERENCE, LAST) == Halt("law_not_yet", AFTER, "54/2014/QH13")


def test_a_law_whose_successor_is_cited_beside_it_is_history() -> None:
    ended = with_ends(REFERENCE, {"38/2015/TT-BTC": LawEnd(LAST, "39/2018/TT-BTC")})
    assert edition().halt(ended, AFTER) is None


def test_a_provision_may_end_before_its_law() -> None:
    shown = edition()
    shown = replace(shown, article=with_basis(shown.article, effective_to="2026-11-30"))
    assert shown.halt(REFERENCE, AFTER) == Halt("law_ended", LAST, "54/2014/QH13")


def test_a_provision_cannot_end_before_it_begins() -> None:
    with pytest.raises(ArticleProblem, match="effective_to is before effective_from"):
        with_basis(ARTICLES["channel-red"], effective_from="2026-02-01", effective_to="2026-01-01")


def test_days_that_nobody_knows_are_not_written() -> None:
    assert all("effective_to" not in basis for basis in dump(ARTICLES["channel-red"])["legal_basis"])


def test_no_article_of_the_files_rests_on_a_law_that_had_ended_when_they_were_written() -> None:
    day = date(2026, 11, 22)
    assert {name for name, one in ARTICLES.items() if Edition(one, 1, is_draft=True).halt(REFERENCE, day)} == set()


@pytest.mark.parametrize(
    "switches",
    [
        Switches(is_all_off=True),
        Switches(topics=frozenset({"declaration"})),
        Switches(articles=frozenset({"channel-red"})),
    ],
)
def test_what_is_switched_off_does_not_answer_whatever_the_scope(switches: Switches) -> None:
    library = Library.of([edition()], REFERENCE).switched(switches)
    assert library.halt("channel-red", LAST) == Halt("off")


def test_other_topics_go_on_answering() -> None:
    library = Library.of([edition()], REFERENCE, Switches(topics=frozenset({"tax"})))
    assert library.halt("channel-red", LAST) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", ["ended", "not_yet", "law_ended", "law_not_yet"])
def test_the_asker_is_told_why_in_their_language(language: str, cause: str) -> None:
    told = halted(edition(), Halt(cause, LAST, "38/2015/TT-BTC"), REFERENCE, language)  # type: ignore[arg-type]
    assert ARTICLES["channel-red"].content(language).title in told  # type: ignore[arg-type]
    assert "2026" in told
    assert halted(edition(), Halt("off"), REFERENCE, language) == ""  # type: ignore[arg-type]


def test_a_law_is_said_to_last_until_its_last_day_and_to_have_ended_after_it() -> None:
    ended = with_ends(REFERENCE, {"38/2015/TT-BTC": LawEnd(LAST)})
    assert "in force until 30 Nov 2026" in compose(edition(), ended, "en", LAST, "law").text
    assert "no longer in force since 1 Dec 2026" in compose(edition(), ended, "en", AFTER, "law").text


def test_a_law_that_only_an_article_names_ends_when_the_desk_says_so() -> None:
    document = dump(ARTICLES["channel-red"]) | {"legal_basis": [{"instrument": "7/2027/TT-BTC"}]}
    own = Edition(parse(document, "test"), 1, is_draft=False)
    ended = with_ends(REFERENCE, {"7/2027/TT-BTC": LawEnd(LAST)})
    assert (own.halt(REFERENCE, AFTER), own.halt(ended, LAST)) == (None, None)
    assert own.halt(ended, AFTER) == Halt("law_ended", LAST, "7/2027/TT-BTC")
    assert "7/2027/TT-BTC" in halted(own, Halt("law_ended", LAST, "7/2027/TT-BTC"), ended, "en")
