"""The page that says why the bot understands a message as it does, and the ways to it."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.learning.digest import Digest
from helpdesk.console.desk import BASE
from helpdesk.console.port import PlainExplainer
from helpdesk.explanation import Explanation, Fused, LeansOn, Limits, Ranker, Share, Unclear, Verdict
from helpdesk.language import Language
from helpdesk.message import Button, Draft, Outcome
from helpdesk.reply import Candidate, FoundEntity, Reply
from tests.integration.console.desk import ConsoleDesk
from tests.integration.console.test_page import document, seeded

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }}"


class FullExplainer(PlainExplainer):
    """Explains with everything that a page can show, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Language | None, str | None]] = []
        self.brain = "ok"

    async def explain(self, text: str, language: Language | None = None, after: str | None = None) -> Explanation:
        self.asked.append((text, language, after))
        plain = await super().explain(text, language, after)
        [question] = plain.questions
        shares = (Share("cancel", 0.8123), Share("gone-article", 0.1))
        intents = (Share("procedure", 0.97), Share("greet", 0.01))
        asked = replace(
            question,
            forms=replace(question.forms, unclear=(Unclear("TQ", ("thông quan", "Trung Quốc")),), embedded=text),
            entities=(FoundEntity("declaration", "301234567890"),),
            intent="procedure",
            confidence=0.97,
            is_embedded=True,
            rankers=(Ranker("words", intents, shares), Ranker("both", intents, shares), Ranker("search", (), shares)),
            fused=(Fused("cancel", 0.8123, 0.2, 0.6592),),
            leaning=LeansOn(after, 0.31, "fee") if after else None,
            verdict=Verdict("fused", "answer", "cancel", 0.6592, 0.5, "fee"),
        )
        reply = Reply(
            Outcome.ANSWERED,
            "vi",
            (Draft(text, buttons=(Button("Phí", "x"),)),),
            article_id="cancel",
            article_version=1,
            model="m-1",
        )
        limits = Limits(0.35, 0.12, 0.1, 0.62, 0.75)
        return replace(plain, questions=(asked, asked), limits=limits, reply=reply, brain=self.brain)


@pytest.fixture
def explainer(desk: ConsoleDesk) -> FullExplainer:
    assert isinstance(desk.explainer, FullExplainer)
    return desk.explainer


@pytest.fixture
async def desk(tmp_path):  # type: ignore[no-untyped-def]
    opened = await ConsoleDesk(tmp_path, explainer=FullExplainer()).open()
    yield opened
    await opened.close()


def links(page: str) -> list[dict[str, list[str]]]:
    """What every link to this page asks for."""
    found = re.findall(rf'href="({BASE}/explain\?[^"]+)"', page)
    return [parse_qs(urlsplit(html.unescape(address)).query) for address in found]


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_step_is_shown(desk: ConsoleDesk, explainer: FullExplainer, language: str) -> None:
    await seeded(desk)
    browser = await desk.signed_in("lan", language=language)
    page = await browser.text("/explain?text=huy+TQ&language=en&after=cancel")
    assert explainer.asked == [("huy TQ", "en", "cancel")]
    title = "Về cancel" if language == "vi" else "About cancel"
    for part in (title, "gone-article", "301234567890", "TQ", "81.2 %", "65.9 %", "31.0 %", "m-1", "Phí", "<meter"):
        assert part in page, part
    assert "explain_" not in page
    assert "style=" not in page


async def test_the_empty_page_only_asks(desk: ConsoleDesk, explainer: FullExplainer) -> None:
    browser = await desk.signed_in("lan")
    assert "Why the bot understands it so" in await browser.text("/explain")
    assert explainer.asked == []


async def test_a_long_message_goes_by_form_and_comes_back_into_it(desk: ConsoleDesk, explainer: FullExplainer) -> None:
    browser = await desk.signed_in("lan")
    await browser.get("/explain")
    text = "hàng đang ở cửa khẩu " * 190
    answer = await browser.post("/explain", text=text, language="zh", after="")
    assert answer.status == 200
    assert explainer.asked == [(text.strip(), "zh", None)]
    assert text.strip() in html.unescape(await answer.text())


async def test_nothing_that_is_typed_becomes_markup(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    await browser.get("/explain")
    page = await (await browser.post("/explain", text=HOSTILE, after=HOSTILE, language=HOSTILE)).text()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert HOSTILE in html.unescape(page)


async def test_a_refusal_is_a_sentence_on_the_page(tmp_path) -> None:  # type: ignore[no-untyped-def]
    class Refusing(PlainExplainer):
        async def explain(self, text: str, language: Language | None = None, after: str | None = None) -> Explanation:
            return await super().explain("")

    desk = await ConsoleDesk(tmp_path, explainer=Refusing()).open()
    browser = await desk.signed_in("lan")
    answer = await browser.get("/explain?text=x")
    assert answer.status == 422
    assert "Write something first" in await answer.text()
    await desk.close()


async def test_that_the_model_is_away_is_said(desk: ConsoleDesk, explainer: FullExplainer) -> None:
    explainer.brain = "no model is served yet"
    browser = await desk.signed_in("lan")
    assert "The model does not answer now (no model is served yet)" in await browser.text("/explain?text=x")


async def test_every_question_leads_here(desk: ConsoleDesk) -> None:
    await seeded(desk, document(), document("penalty"))
    browser = await desk.signed_in("lan")
    answered = Reply(Outcome.ANSWERED, "en", article_id="cancel", candidates=(Candidate("cancel", 0.9),))
    conversation_id = await desk.answered("can I cancel & withdraw?", "Minh", "en", answered)
    digest = Digest(desk.database, desk.clock)
    while await digest.step():
        pass
    for path in ("/questions", "/review", f"/conversations/{conversation_id}"):
        [asked] = links(await browser.text(path))
        assert asked == {"text": ["can I cancel & withdraw?"], "language": ["en"]}, path


async def test_in_a_conversation_the_link_knows_what_was_spoken_of_before(desk: ConsoleDesk) -> None:
    await seeded(desk)
    browser = await desk.signed_in("lan")
    answered = Reply(Outcome.ANSWERED, "en", article_id="cancel")
    clarified = Reply(Outcome.CLARIFY, "en", candidates=(Candidate("penalty", 0.3), Candidate("cancel", 0.2)))
    conversation_id = await desk.answered("how to cancel", "Minh", "en", answered)
    for text, reply in (("and the fee?", clarified), ("the second", Reply(Outcome.SMALLTALK, "en"))):
        await desk.asks(conversation_id, text, reply)
    found = links(await browser.text(f"/conversations/{conversation_id}"))
    assert [one.get("after") for one in found] == [None, ["cancel"], ["penalty"]]


async def test_a_question_too_long_for_an_address_has_no_link(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    await desk.answered("hỏi " * 200, "Minh", "vi", Reply(Outcome.CLARIFY, "vi"))
    assert links(await browser.text("/questions")) == []
