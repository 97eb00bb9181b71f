"""An explanation as text for a terminal: at most `WIDTH` columns, labels on the left, bars for shares."""

import unicodedata
from collections.abc import Iterable, Iterator

from helpdesk.explanation import Explanation, Forms, Fused, Question, Ranker, Share, Verdict

WIDTH = 80
_LABEL = 16
_BAR = 20
_CAUSES = {
    "off": "answers are switched off",
    "objection": "it says only that the last answer is not it",
    "intent": "what is wanted decides; no article is needed",
    "code": "a code is asked about: the code lists answer",
    "own": "an article written at the desk fits for certain by its words",
    "leaning": "it asks on about the article spoken of before",
    "sure": "the classifier is so sure that no search could change it",
    "fused": "both rankings together",
    "alone": "the search alone",
}
_EYES = {"words": "By words", "both": "Words and meaning", "search": "Search"}


def lines(found: Explanation) -> Iterator[str]:
    """The lines of an explanation."""
    yield from _labelled("Message", [found.text])
    if found.is_cut:
        yield from _labelled("", ["too long: its end is not read"])
    spoken = found.language
    told = "it does not tell, that of the conversation stays" if spoken.is_carried else _percent(spoken.confidence)
    yield from _labelled("Language", [f"{spoken.code} ({told.strip()})"])
    if found.after:
        yield from _labelled("Spoken of before", [found.after])
    if found.brain != "ok":
        yield from _labelled("Brain", [f"{found.brain}; this is the reduced service"])
    for number, question in enumerate(found.questions, 1):
        if len(found.questions) > 1:
            yield from ("", f"--- question {number} ".ljust(WIDTH, "-"))
        yield from _question(question, found)
    yield from _reply(found)


def _question(question: Question, found: Explanation) -> Iterator[str]:
    yield ""
    yield from _forms(question.forms)
    yield from _labelled("Entities", [f"{one.type} {one.value}" for one in question.entities] or ["none"])
    for ranker in question.rankers:
        yield ""
        yield from _ranker(ranker, is_decisive=ranker.eye == ("both" if question.is_embedded else "words"))
    if question.fused:
        yield ""
        yield from _fusion(question, found)
    yield ""
    if question.leaning is not None:
        leaning = question.leaning
        yield from _labelled("Asks on", [f"{_percent(leaning.share)} about {leaning.article_id} (above 50 % it does)"])
    if question.intent is not None:
        yield from _labelled("Intent", [f"{question.intent} ({_percent(question.confidence).strip()})"])
    yield from _labelled("Decision", list(_decision(question.verdict, found)))


def _forms(forms: Forms) -> Iterator[str]:
    yield from _labelled("Cleaned", [forms.cleaned])
    yield from _labelled("Folded", [forms.folded])
    if forms.written_out != (forms.cleaned,):
        yield from _labelled("Written out", forms.written_out)
    for one in forms.unclear:
        yield from _labelled("Left open", [f"{one.short}: {' or '.join(one.readings)}"])
    if forms.restored != forms.written_out:
        yield from _labelled("Marks restored", forms.restored)
    yield from _labelled("Searched as", forms.searched)
    if forms.embedded is not None:
        yield from _labelled("Read for meaning", [forms.embedded])


def _ranker(ranker: Ranker, is_decisive: bool) -> Iterator[str]:
    yield _EYES[ranker.eye] + (" (this one counts)" if is_decisive else "")
    if ranker.intents:
        yield from _shares("intents", ranker.intents)
    yield from _shares("articles", ranker.articles)


def _shares(label: str, shares: Iterable[Share]) -> Iterator[str]:
    rows = [f"{_bar(one.share)} {_percent(one.share)}  {one.name}" for one in shares]
    yield from _labelled(f"  {label}", rows or ["none"])


def _fusion(question: Question, found: Explanation) -> Iterator[str]:
    weight = found.limits.classifier_weight
    yield "Both together" + ("" if question.verdict.cause == "fused" else " (for comparison; they did not decide)")
    rows = [(f"{_bar(one.score)} {_percent(one.score)}  {one.article_id}", _sum(one, weight)) for one in question.fused]
    yield from _labelled("  articles", [line for row in rows for line in row])


def _sum(one: Fused, weight: float) -> str:
    return f"{'':{_BAR}}  = {weight:.2f} x {one.classifier:.3f} + {1 - weight:.2f} x {one.search:.3f}"


def _decision(verdict: Verdict, found: Explanation) -> Iterator[str]:
    if verdict.verdict is not None:
        named = f": {verdict.article_id}" if verdict.article_id and verdict.verdict != "not_found" else ""
        yield verdict.verdict.replace("_", " ") + named + (f", {verdict.part} first" if verdict.part else "")
    yield _CAUSES[verdict.cause]
    if verdict.cause in ("fused", "sure", "own", "alone") and verdict.article_id:
        yield f"best {verdict.score:.3f}, ahead by {verdict.lead:.3f}"
        yield from _thresholds(verdict, found)


def _thresholds(verdict: Verdict, found: Explanation) -> Iterator[str]:
    limits = found.limits
    if verdict.cause == "fused":
        yield f"an answer takes {limits.floor} and a lead of {limits.margin}, asking back {limits.nearest}"
    elif verdict.cause != "sure":
        yield f"an answer takes {limits.certain} and a lead of {limits.margin / 2}"


def _reply(found: Explanation) -> Iterator[str]:
    reply = found.reply
    yield ""
    about = [one for one in (reply.article_id, reply.reason) if one]
    yield from _labelled("Outcome", [", ".join([reply.outcome, *about])])
    for draft in reply.messages:
        yield from _labelled("Reply", draft.text.splitlines())
        if draft.buttons:
            yield from _labelled("Buttons", [" | ".join(button.title for button in draft.buttons)])
    if reply.model:
        yield from _labelled("Model", [reply.model])


def _labelled(label: str, texts: Iterable[str]) -> Iterator[str]:
    """Texts in a column beside a label, each on lines of its own."""
    start = label
    for text in texts:
        for line in _wrapped(text, WIDTH - _LABEL - 2):
            yield f"{start:<{_LABEL}}  {line}".rstrip()
            start = ""


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Pieces of at most `width` columns, cut at a space where there is one in the second half."""
    while columns(text) > width:
        head = _fitting(text, width)
        space = text.rfind(" ", len(head) // 2, len(head) + 1)
        cut = space if space > 0 else len(head)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    yield text


def _fitting(text: str, width: int) -> str:
    taken = 0
    for place, char in enumerate(text):
        taken += columns(char)
        if taken > width:
            return text[:place]
    return text


def columns(text: str) -> int:
    """Columns that a terminal gives a text: Chinese characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _bar(share: float) -> str:
    return ("#" * round(share * _BAR)).ljust(_BAR, ".")


def _percent(share: float) -> str:
    return f"{share * 100:5.1f} %"
