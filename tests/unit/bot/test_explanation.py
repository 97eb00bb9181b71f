"""What an explanation says is what the same text would get."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from bot.answerer import Answerer
from bot.brain import BrainReasons, BrainTurn, Ranking, simple_turn
from bot.explanation import Explainer
from bot.interpreter import codes_asked, pack
from bot.responder import Responder
from helpdesk.error import BrainUnavailable, InvalidInput
from helpdesk.explanation import Cause, Explanation
from helpdesk.language import Language
from helpdesk.message import Draft, Outcome
from helpdesk.reply import Candidate, FoundEntity, Reply
from helpdesk.ticket import HandOffReason
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library, Switches
from knowledge_base.search import Hit
from knowledge_base.text import language as spoken
from knowledge_base.text.normal import clean
from tests.conftest import NOON

LIBRARY = Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())
OTHERS = {
    "xin chào": "greet",
    "cho gặp cán bộ": "officer",
    "E62 là loại hình gì": "look_up_code",
    "mai mưa không": "out_of_scope",
}

Step = tuple[str, str | None]


class ThinkingBrain:
    """Ranks by the search, as surely as it is told, and lets the responder answer as the real action does."""

    def __init__(self, responder: Responder, sureness: float = 1.0) -> None:
        self.responder, self.sureness = responder, sureness
        self.is_away = False
        self.turns = 0

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        self.turns += 1
        return self._think(text, language or "vi", context.get("article"))

    async def explain(self, text: str, language: Language | None, context: Mapping[str, str]) -> BrainReasons:
        turn = self._think(text, language or "vi", context.get("article"))
        words = Ranking(turn.ranking, turn.procedures[:5])
        return BrainReasons(turn, {"words": words, "both": words}, text.upper(), is_embedded=True)

    async def is_ready(self) -> bool:
        return not self.is_away

    def _think(self, text: str, language: Language, article: str | None) -> BrainTurn:
        if self.is_away:
            raise BrainUnavailable("the brain is away")
        intent = OTHERS.get(text, "procedure")
        ranking = tuple(Candidate(hit.article_id, hit.score * self.sureness) for hit in LIBRARY.search(text))
        hits = [Hit(one.article_id, one.score) for one in ranking]
        reply = Reply(Outcome.SMALLTALK, language, (Draft("…", outcome=Outcome.SMALLTALK),))
        if codes := codes_asked(intent, text):
            reply = self.responder.code(codes, language)
        elif intent == "procedure":
            reply = self.responder.answer(text, language, hits, article)
        return simple_turn(intent, custom=pack(reply), procedures=ranking, confidence=0.9, language=language)


def texts() -> list[Step]:
    """Questions in three languages, shorter and shorter, some after an article was shown."""
    contents = [article.content(code) for article in list(shelf.articles())[::9] for code in ("vi", "en", "zh")]
    asked: list[Step] = [(content.questions[0], None) for content in contents]
    asked += [(" ".join(content.title.split()[:3]), None) for content in contents[::4]]
    asked += [("còn phí thì sao", "cancel"), ("and how long does it take?", "channel-red"), ("那要多久", "cancel")]
    asked += [("1. hủy tờ khai thế nào? 2. luồng đỏ kiểm hóa ở đâu? 3. phí hải quan bao nhiêu?", None)]
    return asked + [(text, None) for text in OTHERS]


async def replied(brain: ThinkingBrain, text: str, after: str | None) -> Reply:
    """What somebody who writes `text` gets, in a conversation that was about `after`."""
    language = spoken.detect(text, "vi").code
    context = {"article": after} if after else {}
    return await Answerer(brain, brain.responder).reply(clean(text), language, "c-0", context, 0)


def brain(sureness: float = 1.0, library: Library = LIBRARY) -> ThinkingBrain:
    return ThinkingBrain(Responder(lambda: library, lambda: NOON), sureness)


def cause(found: Explanation) -> Cause:
    return found.questions[-1].verdict.cause


@pytest.mark.parametrize("sureness", [1.0, 0.5, 0.1])
async def test_the_decision_is_that_of_the_reply(sureness: float) -> None:
    thinking = brain(sureness)
    steps = texts()
    assert len(steps) >= 30
    for text, after in steps:
        reply = await replied(thinking, text, after)
        asked = thinking.turns
        found = await Explainer(thinking, thinking.responder).explain(text, "vi", after)
        assert (found.reply, thinking.turns) == (reply, asked), text
        verdict = found.questions[0].verdict
        if verdict.verdict == "answer":
            assert verdict.article_id in (reply.article_id, reply.topic), text
        elif verdict.verdict == "clarify":
            best = reply.candidates[0]
            assert (reply.outcome, best.article_id, best.score) == (Outcome.CLARIFY, verdict.article_id, verdict.score)
        elif verdict.verdict == "not_found":
            assert reply.reason is HandOffReason.NOTHING_FOUND, text


async def test_every_way_of_deciding_is_told_apart() -> None:
    sure, unsure = brain(), brain(0.4)
    explain, doubt = Explainer(sure, sure.responder).explain, Explainer(unsure, unsure.responder).explain
    assert cause(await explain("Hủy tờ khai hải quan")) == "sure"
    assert cause(await doubt("hủy tờ khai")) == "fused"
    assert cause(await explain("còn phí thì sao", after="cancel")) == "leaning"
    assert cause(await explain("E62 là loại hình gì")) == "code"
    assert cause(await explain("xin chào")) == "intent"
    assert cause(await explain("sai rồi", after="cancel")) == "objection"
    sure.is_away = True
    assert cause(await explain("Hủy tờ khai hải quan")) == "alone"


async def test_the_part_that_is_told_first_is_named() -> None:
    explain = Explainer(brain(), brain().responder).explain
    fee = await explain("còn phí thì sao", after="cancel")
    place = await explain("thế làm ở đâu", after="cancel")
    assert (fee.questions[0].verdict.part, place.questions[0].verdict.part) == ("fee", None)
    assert place.questions[0].leaning is not None
    assert place.questions[0].leaning.part == "place"


async def test_the_words_are_shown_as_they_are_read() -> None:
    thinking = brain()
    found = await Explainer(thinking, thinking.responder).explain("huy  tk 301234567890 o mc")
    [question] = found.questions
    forms = question.forms
    assert forms.cleaned == "huy tk 301234567890 o mc"
    assert "tờ khai" in forms.written_out[0]
    assert forms.restored[0].startswith("hủy tờ khai 301234567890")
    assert forms.searched[0] == forms.cleaned
    assert forms.embedded == "HUY TK 301234567890 O MC"
    assert question.entities == (FoundEntity("declaration", "301234567890"),)
    assert (found.language.code, found.language.is_carried, found.brain) == ("vi", False, "ok")


async def test_the_rankers_and_their_fusion_are_shown() -> None:
    thinking = brain(0.8)
    found = await Explainer(thinking, thinking.responder).explain("hủy tờ khai hải quan")
    [question] = found.questions
    assert [ranker.eye for ranker in question.rankers] == ["words", "both", "search"]
    assert all(len(ranker.articles) == 5 for ranker in question.rankers)
    assert question.is_embedded
    weight = found.limits.classifier_weight
    for one in question.fused:
        assert one.score == pytest.approx(weight * one.classifier + (1 - weight) * one.search, abs=0.001)


async def test_whether_it_asks_on_is_told_also_when_it_does_not() -> None:
    thinking = brain()
    explain = Explainer(thinking, thinking.responder).explain
    on = (await explain("còn phí thì sao", after="cancel")).questions[0].leaning
    away = (await explain("hàng luồng đỏ thì kiểm hóa ở đâu", after="cancel")).questions[0].leaning
    nothing = (await explain("còn phí thì sao")).questions[0].leaning
    assert on is not None
    assert away is not None
    assert (on.article_id, on.share > 0.5, on.part) == ("cancel", True, "fee")
    assert away.share < 0.5
    assert nothing is None


async def test_several_questions_are_explained_one_by_one() -> None:
    thinking = brain()
    text = "1. hủy tờ khai hải quan thế nào? 2. luồng đỏ: kiểm tra thực tế hàng hóa ở đâu?"
    found = await Explainer(thinking, thinking.responder).explain(text)
    assert [question.text for question in found.questions] == [
        "hủy tờ khai hải quan thế nào?",
        "luồng đỏ: kiểm tra thực tế hàng hóa ở đâu?",
    ]
    greeted = await Explainer(thinking, thinking.responder).explain("1. xin chào 2. cho gặp cán bộ")
    assert [question.text for question in greeted.questions] == ["1. xin chào 2. cho gặp cán bộ"]


class HalvingBrain(ThinkingBrain):
    """Knows what each half of a message asks, and of the whole what it is told."""

    whole: Mapping[str, float] = MappingProxyType({"customs-fee": 0.37, "cancel": 0.35})

    KNOWN: ClassVar[dict[str, dict[str, float]]] = {
        "hủy thế nào?": {"cancel": 0.9},
        "phí hải quan tờ khai bao nhiêu tiền?": {"customs-fee": 0.7},
    }

    def _think(self, text: str, language: Language, article: str | None) -> BrainTurn:
        hits = [Hit(*one) for one in self.KNOWN.get(text, self.whole).items()]
        ranking = tuple(Candidate(hit.article_id, hit.score) for hit in hits)
        reply = self.responder.answer(text, language, hits, article)
        return simple_turn("procedure", custom=pack(reply), procedures=ranking, confidence=0.9, language=language)


async def test_two_answers_to_a_message_that_is_unclear_as_a_whole_are_explained_by_its_halves() -> None:
    thinking = HalvingBrain(Responder(lambda: LIBRARY, lambda: NOON))
    found = await Explainer(thinking, thinking.responder).explain(" ".join(HalvingBrain.KNOWN))
    assert found.reply.outcome is Outcome.ANSWERED
    assert [(one.text, one.verdict.article_id) for one in found.questions] == [
        ("hủy thế nào?", "cancel"),
        ("phí hải quan tờ khai bao nhiêu tiền?", "customs-fee"),
    ]


@pytest.mark.parametrize(("whole", "answers"), [(0.5, 2), (0.95, 1)])
async def test_halves_that_are_surer_than_the_whole_are_two_questions(whole: float, answers: int) -> None:
    thinking = HalvingBrain(Responder(lambda: LIBRARY, lambda: NOON))
    thinking.whole = {"customs-fee": whole}
    found = await Explainer(thinking, thinking.responder).explain(" ".join(HalvingBrain.KNOWN))
    assert found.reply.outcome is Outcome.ANSWERED
    assert len(found.questions) == answers


async def test_without_the_brain_the_reduced_service_is_explained_and_said_to_be_one() -> None:
    thinking = brain()
    thinking.is_away = True
    found = await Explainer(thinking, thinking.responder).explain("Hủy tờ khai hải quan")
    [question] = found.questions
    assert found.brain == "the brain is away"
    assert found.reply == thinking.responder.answer_alone("Hủy tờ khai hải quan", "vi")
    assert (question.intent, question.verdict.verdict, question.verdict.article_id) == (None, "answer", "cancel")
    assert [ranker.eye for ranker in question.rankers] == ["search"]
    assert question.verdict.score >= found.limits.certain


async def test_while_everything_is_off_that_is_the_reason() -> None:
    thinking = brain(library=LIBRARY.switched(Switches(is_all_off=True)))
    found = await Explainer(thinking, thinking.responder).explain("Hủy tờ khai hải quan")
    assert (cause(found), found.reply.reason) == ("off", HandOffReason.SWITCHED_OFF)


@pytest.mark.parametrize(
    "text", ["🙂", "\x00\u200b", "(" * 300, "x" * 9000, "<b>'\"", "{}", "form E bản scan accept 报关"]
)
async def test_any_text_is_explained(text: str) -> None:
    thinking = brain()
    found = await Explainer(thinking, thinking.responder).explain(text, "en", "cancel")
    assert found.is_cut == (len(text) > 4096)
    assert found.questions


async def test_nothing_to_explain_and_an_article_that_is_not_served_are_refused() -> None:
    explain = Explainer(brain(), brain().responder).explain
    with pytest.raises(InvalidInput):
        await explain("  ")
    with pytest.raises(InvalidInput):
        await explain("còn phí", after="no-such-article")
