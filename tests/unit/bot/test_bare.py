import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bare import answered, codes_alone, documents_alone, is_wordless, language_wanted, number_alone
from bot.responder import Responder
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Outcome
from helpdesk.reply import FoundEntity, Reply
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from tests.conftest import NOON

LIBRARY = Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())
RESPONDER = Responder(lambda: LIBRARY, lambda: NOON)


def replied(text: str) -> Reply:
    found = answered(RESPONDER, text, "vi", (FoundEntity("x", "y"),))
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["😀", "🚚🚚", "📦❓", "?", "？", "...", "!!!", "1", "123", "2/9", ""])
def test_a_message_without_a_word_is_asked_what_it_means_and_opens_no_ticket(text: str) -> None:
    for language in LANGUAGES:
        reply = answered(RESPONDER, text, language, ())
        assert reply is not None
        [asked] = reply.messages
        assert (reply.outcome, reply.reason, reply.language) == (Outcome.CLARIFY, None, language)
        assert [button.payload for button in asked.buttons] == ["officer"]


@pytest.mark.parametrize("text", ["👍", "👍🏽", "🙏🙏", "❤️", "👍👍🎉"])
def test_a_thumb_that_is_up_is_thanks(text: str) -> None:
    assert (replied(text).outcome, replied(text).intent) == (Outcome.SMALLTALK, "thanks")


@pytest.mark.parametrize(
    "text", ["hủy tk 301234567890", "20261122153000", "88", "0", "ok", "嗯", "hủy tờ khai 👍", "60 ngày"]
)
def test_words_and_long_numbers_are_for_the_brain(text: str) -> None:
    assert not is_wordless(text)
    assert answered(RESPONDER, text, "vi", ()) is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("A12", ["A12"]),
        ("e62?", ["E62"]),
        ("còn A11?", ["A11"]),
        ("thế E31 thì sao ạ", ["E31"]),
        ("and A42?", ["A42"]),
        ("代码E62是什么意思", ["E62"]),
        ("E21 và E23", ["E21", "E23"]),
        ("mã 20BB là gì", ["20BB"]),
        ("0810.90.92", ["08109092"]),
        ("08109092", ["08109092"]),
    ],
)
def test_a_code_that_stands_alone_is_looked_up(text: str, codes: list[str]) -> None:
    assert codes_alone(text) == codes
    assert all(code in replied(text).messages[0].text for code in codes)


@pytest.mark.parametrize(
    "text",
    ["A12 chuyển qua E31 được không", "mã hs 08109092", "hủy tờ khai A11", "40HC", "km3", "t12", "Km3+4", "QL18", "A4"],
)
def test_a_code_within_a_question_is_for_the_brain(text: str) -> None:
    assert codes_alone(text) == []


def test_a_code_that_no_list_has_is_said_to_be_unknown_and_the_guide_is_offered() -> None:
    reply = replied("A99")
    assert (reply.outcome, "A99" in reply.messages[0].text) == (Outcome.CLARIFY, True)
    assert [button.payload for button in reply.messages[0].buttons] == ["article:type-codes", "officer"]


@pytest.mark.parametrize(
    ("text", "guide"), [("E62", "type-codes"), ("20BB", "office-codes"), ("0810.90.92", "hs-classification")]
)
def test_beside_a_code_stands_the_guide_to_its_kind(text: str, guide: str) -> None:
    assert replied(text).messages[0].buttons[0].payload == f"article:{guide}"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Thông tư 39/2018/TT-BTC còn hiệu lực không", ["39/2018/TT-BTC"]),
        ("nghị định 167/2025/NĐ-CP có hiệu lực khi nào ạ", ["167/2025/NĐ-CP"]),
        ("nghi dinh 08/2015", ["08/2015/NĐ-CP"]),
        ("nghi dinh 08/2015 dieu 25 noi gi", []),
        ("Lệnh 280", []),
        ("is circular 38/2015 still in force?", ["38/2015/TT"]),
        ("công văn 1234/TCHQ-GSQL", ["1234/TCHQ-GSQL"]),
        ("nd 46 hay nd 15", []),
        ("Nghị định 85/2019 quy định gì?", []),
        ("thông tư 39/2018/TT-BTC sửa đổi điều nào về hủy tờ khai", []),
        ("thông tư nào còn hiệu lực", []),
    ],
)
def test_a_question_on_nothing_but_a_legal_text_is_found(text: str, numbers: list[str]) -> None:
    assert documents_alone(text) == numbers


def test_a_legal_text_is_told_by_what_is_known_of_it() -> None:
    known, unknown = replied("39/2018/TT-BTC"), replied("công văn 1234/TCHQ-GSQL là gì")
    assert (known.outcome, unknown.outcome) == (Outcome.ANSWERED, Outcome.CLARIFY)
    assert "05/06/2018" in known.messages[0].text
    assert "1234/TCHQ-GSQL" in unknown.messages[0].text


@pytest.mark.parametrize(
    "text", ["301234567890", "tk 301234567890", "MSKU1234567", "cont MSKU1234567", "MST 5700100002"]
)
def test_a_lone_number_of_a_shipment_is_asked_about_and_nothing_is_pretended(text: str) -> None:
    reply = replied(text)
    assert (reply.outcome, reply.entities) == (Outcome.NEEDS_ACCOUNT_DATA, (FoundEntity("x", "y"),))
    assert [button.payload for button in reply.messages[0].buttons] == ["article:status-lookup", "officer"]


@pytest.mark.parametrize("text", ["tk 301234567890 sao chưa thông quan", "301234567890 và 301234567891", "cont"])
def test_more_than_a_lone_number_is_for_the_brain(text: str) -> None:
    assert number_alone(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tiếng Việt đi", "vi"),
        ("quay lai tieng viet nhe", "vi"),
        ("English please", "en"),
        ("can you speak English?", "en"),
        ("trả lời bằng tiếng Trung được không", "zh"),
        ("请说中文", "zh"),
        ("tiếng Việt hay tiếng Anh", None),
        ("hồ sơ bằng tiếng Anh có phải dịch không", None),
        ("中文的发票可以吗", None),
    ],
)
def test_a_wish_for_a_language_is_granted(text: str, language: Language | None) -> None:
    assert language_wanted(text) == language
    reply = answered(RESPONDER, text, "vi", ())
    assert reply is None or (reply.outcome, reply.language) == (Outcome.SMALLTALK, language)


def test_however_many_emoji_there_are_they_are_no_sentence() -> None:
    assert replied("😀" * 4096).outcome is Outcome.CLARIFY


@given(st.text())
def test_any_text_is_borne(text: str) -> None:
    found = answered(RESPONDER, text, "en", ())
    assert found is None or found.messages
