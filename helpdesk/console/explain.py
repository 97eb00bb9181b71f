"""Why the bot understands a message as it does, for an officer who looks into one; nothing of it is kept."""

from dataclasses import dataclass

from aiohttp import web

from helpdesk.console import form
from helpdesk.console.desk import BASE, desk_of, visit_of
from helpdesk.console.page import render
from helpdesk.console.problem import words
from helpdesk.error import InvalidInput
from helpdesk.explanation import MAX_TEXT
from helpdesk.language import LANGUAGES, Language, as_language


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to explain: a message, the language its conversation was in, the article that was spoken of before."""

    text: str
    language: Language | None
    after: str | None


async def show(request: web.Request) -> web.Response:
    """The page: empty, or about the message in its address."""
    return await _page(request, _wanted(dict(request.query)))


async def ask(request: web.Request) -> web.Response:
    """The same for a message sent by a form, which may be as long as messages are."""
    return await _page(request, _wanted(dict(await request.post())))


def _wanted(fields: dict[str, object]) -> Wanted:
    language = as_language(form.text(fields, "language"))
    return Wanted(form.text(fields, "text"), language, form.text(fields, "after")[:80] or None)


async def _page(request: web.Request, wanted: Wanted) -> web.Response:
    found, sentence = None, None
    if wanted.text:
        try:
            found = await desk_of(request).explainer.explain(wanted.text, wanted.language, wanted.after)
        except InvalidInput as error:
            sentence = words(request, error)
    choices = await desk_of(request).database.read(lambda unit: unit.questions.titles())
    shown = visit_of(request).officer.language
    return render(
        request,
        "explain.html",
        422 if sentence else 200,
        found=found,
        sentence=sentence,
        wanted=wanted,
        titles={one.id: one.vi if shown == "vi" else one.en for one in choices},
        languages=LANGUAGES,
        longest=MAX_TEXT,
        path=f"{BASE}/explain",
    )
