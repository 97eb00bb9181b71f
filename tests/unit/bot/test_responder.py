import pytest

from bot.responder import COMPLAINTS, Responder
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Outcome
from helpdesk.payload import parse
from helpdesk.ticket import HandOffReason
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from knowledge_base.search import Hit
from tests.conftest import NOON

LIBRARY = Library.of([Edition(article, 2, is_draft=True) for article in shelf.articles()], shelf.reference())
EMPTY = Library.of((), shelf.reference())
NONSENSE = "qwx zzkj vbnq"


@pytest.fixture
def responder() -> Responder:
    return Responder(lambda: LIBRARY, lambda: NOON)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("article_id", sorted(LIBRARY.editions))
def test_every_article_can_be_shown_in_every_language_with_buttons_that_fit(
    responder: Responder, article_id: str, language: Language
) -> None:
    reply = responder.article(article_id, language)
    [message] = reply.messages
    assert message.text.strip()
    assert (reply.article_id, reply.article_version) == (article_id, 2)
    actions = [parse(button.payload).action for button in message.buttons]
    assert actions[-3:] == ["useful", "poor", "officer"]
    assert reply.outcome is (Outcome.HANDOFF if article_id in COMPLAINTS else Outcome.ANSWERED)


def test_without_the_brain_only_what_is_certain_is_answered_and_says_so(responder: Responder) -> None:
    known = responder.answer_alone("Hủy tờ khai hải quan", "vi")
    unknown = responder.answer_alone(NONSENSE, "vi")
    assert (known.outcome, known.article_id, known.is_reduced) == (Outcome.ANSWERED, "cancel", True)
    assert "rút gọn" in known.messages[0].text
    assert known.messages[0].buttons
    assert (unknown.outcome, unknown.reason, unknown.is_reduced) == (Outcome.HANDOFF, HandOffReason.BRAIN_DOWN, True)


def test_close_candidates_are_asked_back_with_at_most_three_choices_and_a_way_out(responder: Responder) -> None:
    ids = [name for name in sorted(LIBRARY.editions) if name not in COMPLAINTS][:6]
    reply = responder.answer(NONSENSE, "en", [Hit(name, 0.3 - number / 100) for number, name in enumerate(ids)])
    if reply.outcome is Outcome.CLARIFY:
        actions = [parse(button.payload).action for button in reply.messages[0].buttons]
        assert 1 <= actions.count("pick") <= 3
        assert actions[-2:] == ["none", "officer"]
    else:
        assert (reply.outcome, reply.reason) == (Outcome.HANDOFF, HandOffReason.NOTHING_FOUND)


def test_a_near_miss_is_asked_about_by_what_tells_it_apart_with_a_button_for_each_answer(responder: Responder) -> None:
    reply = responder.answer(NONSENSE, "vi", [Hit("amend-in-clearance", 0.4), Hit("amend-after-clearance", 0.36)])
    [message] = reply.messages
    assert (reply.outcome, message.text) == (Outcome.CLARIFY, "Hàng đã thông quan chưa ạ?")
    assert [(button.title, button.payload) for button in message.buttons] == [
        ("Thông quan rồi", "pick:amend-after-clearance"),
        ("Chưa thông quan", "pick:amend-in-clearance"),
        ("Không phải các ý trên", "none"),
        ("Gặp cán bộ", "officer"),
    ]


def test_a_single_guess_can_be_denied(responder: Responder) -> None:
    [message] = responder.answer(NONSENSE, "en", [Hit("cancel", 0.3)]).messages
    assert [button.title for button in message.buttons][:2] == ["I want to cancel my declaration", "No, something else"]


def test_an_article_that_is_not_served_any_more_is_not_found() -> None:
    reply = Responder(lambda: EMPTY, lambda: NOON).article("cancel", "vi")
    assert (reply.outcome, reply.reason) == (Outcome.HANDOFF, HandOffReason.NOTHING_FOUND)


def test_what_the_classifier_knows_and_the_library_does_not_is_left_out(responder: Responder) -> None:
    reply = responder.answer(NONSENSE, "vi", [Hit("gone", 0.99)])
    assert "gone" not in [candidate.article_id for candidate in reply.candidates]


def test_an_unknown_code_is_said_to_be_unknown(responder: Responder) -> None:
    unknown, known = responder.code(["ZZ9"], "vi"), responder.code(["E62"], "en")
    assert (unknown.outcome, unknown.confidence) == (Outcome.CLARIFY, 0.0)
    assert (known.outcome, "E62" in known.messages[0].text) == (Outcome.ANSWERED, True)


def test_a_title_is_given_in_the_language_and_an_id_when_there_is_none(responder: Responder) -> None:
    assert responder.title("cancel", "en") == "Cancel a customs declaration"
    assert responder.title("gone", "en") == "gone"


def test_an_article_written_at_the_desk_answers_before_any_model_has_learnt_it() -> None:
    [article] = [edition.article for edition in LIBRARY.editions.values() if edition.article.id == "cancel"]
    own = article.model_copy(update={"id": "yard-fee", "vi": article.vi.model_copy(update={"title": "Phí bãi xe"})})
    own = own.model_copy(
        update={
            name: content.model_copy(update={"questions": (f"xe qua dem o bai {name} tinh tien the nao",) * 3})
            for name, content in (("vi", own.vi), ("en", own.en), ("zh", own.zh))
        }
    )
    editions = [*LIBRARY.editions.values(), Edition(own, 1, is_draft=False, is_own=True)]
    library = Library.of(editions, shelf.reference())
    responder = Responder(lambda: library, lambda: NOON)
    question = "xe qua dem o bai vi tinh tien the nao"
    assert responder.answer(question, "vi", [Hit("cancel", 0.99)]).article_id == "yard-fee"
    found = responder.judge_own(question)
    assert found is not None
    assert responder.told(found, question, "vi").article_id == "yard-fee"
    assert responder.judge_own(question, "officer") is None
    assert responder.judge_own("Hủy tờ khai hải quan") is None
    assert Responder(lambda: LIBRARY, lambda: NOON).judge_own(question) is None
