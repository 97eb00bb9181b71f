import pytest

from knowledge_base import choice, shelf
from knowledge_base.article import LANGUAGES, Language
from knowledge_base.clarification import clarification
from knowledge_base.decision import Decision
from knowledge_base.edition import Edition, Library
from knowledge_base.search import Hit

LIBRARY = Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())
GENERAL = {
    "vi": "Dạ, anh/chị đang hỏi về việc nào ạ?",
    "en": "Which of these do you mean?",
    "zh": "请问您想问的是哪一项？",
}
BEFORE, AFTER = "amend-in-clearance", "amend-after-clearance"


def unsure(**scores: float) -> Decision:
    return Decision("clarify", tuple(Hit(name.replace("_", "-"), score) for name, score in scores.items()))


TOLD_APART: dict[Language, tuple[str, list[tuple[str, str]]]] = {
    "vi": ("Hàng đã thông quan chưa ạ?", [(AFTER, "Thông quan rồi"), (BEFORE, "Chưa thông quan")]),
    "en": ("Has the shipment been cleared yet?", [(AFTER, "Already cleared"), (BEFORE, "Not cleared yet")]),
    "zh": ("请问货物放行了吗？", [(AFTER, "已经放行了"), (BEFORE, "还没放行")]),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("first", [BEFORE, AFTER])
@pytest.mark.parametrize("rest", [[], [Hit("cancel", 0.15)]], ids=["no third", "a third far behind"])
def test_a_near_miss_is_told_apart_by_its_own_question(language: Language, first: str, rest: list[Hit]) -> None:
    second = AFTER if first == BEFORE else BEFORE
    asked = clarification(LIBRARY, Decision("clarify", (Hit(first, 0.34), Hit(second, 0.3), *rest)), language, "?")
    assert (asked.text, [(one.article_id, one.label) for one in asked.choices]) == TOLD_APART[language]


@pytest.mark.parametrize(
    "decision",
    [
        unsure(amend_after_clearance=0.34, amend_in_clearance=0.3, cancel=0.2),
        unsure(cancel=0.34, isec=0.3),
        unsure(amend_after_clearance=0.34, cancel=0.3, amend_in_clearance=0.15),
    ],
    ids=["a third is near", "no near miss", "the near miss is third"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_otherwise_at_most_three_choices_are_named_in_the_words_of_askers(
    language: Language, decision: Decision
) -> None:
    asked = clarification(LIBRARY, decision, language, "?")
    assert asked.text == GENERAL[language]
    assert [(one.article_id, one.label) for one in asked.choices] == [
        (hit.article_id, choice.labels()[hit.article_id].in_language(language)) for hit in decision.ranking[:3]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_candidate_is_not_offered_as_one_of_several(language: Language) -> None:
    asked = clarification(LIBRARY, unsure(cancel=0.3), language, "?")
    assert asked.text != GENERAL[language]
    assert [one.label for one in asked.choices] == [choice.labels()["cancel"].in_language(language)]


def test_an_article_made_at_the_desk_is_offered_under_its_title() -> None:
    made = next(shelf.articles()).model_copy(update={"id": "made-at-the-desk"})
    library = Library.of([Edition(made, 1, is_draft=False)], shelf.reference())
    [offered] = clarification(library, unsure(made_at_the_desk=0.3), "en", "?").choices
    assert offered.label == made.en.title


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("hang TQ", "vi", "Tôi chưa rõ “TQ” ở đây là thông quan hay Trung Quốc ạ."),
        ("em hoi ve TT", "vi", "Tôi chưa rõ “TT” ở đây là thông tư, thủ tục, thanh toán hay thông tin ạ."),
    ],
)
def test_a_short_form_that_may_mean_two_things_is_asked_about_first(text: str, language: Language, told: str) -> None:
    first, _, rest = clarification(LIBRARY, unsure(cancel=0.3, isec=0.28), language, text).text.partition("\n\n")
    assert (first, rest) == (told, GENERAL[language])


@pytest.mark.parametrize("text", ["hang da TQ chua", "hang tu TQ ve", "huy to khai", "k", "取消报关单", ""])
def test_what_is_clear_or_of_no_consequence_is_not_asked_about(text: str) -> None:
    assert clarification(LIBRARY, unsure(cancel=0.3, isec=0.28), "vi", text).text == GENERAL["vi"]
