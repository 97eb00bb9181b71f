"""The article editor: three languages side by side, what is missing named, the message shown as it will go out."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from helpdesk.calendar import day_of
from helpdesk.console import article_form, form, problem
from helpdesk.console.article import LIBRARY, field_words
from helpdesk.console.article_form import document_of, empty
from helpdesk.console.change import Change, changes
from helpdesk.console.desk import Desk, desk_of, visit_of
from helpdesk.console.guard import status_of
from helpdesk.console.page import go, language_of, render
from helpdesk.console.place import UNITS
from helpdesk.console.port import Complaint, Shown, Terms
from helpdesk.error import Conflict, HelpdeskError, NotFound
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Author, Message
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.unit import Unit
from helpdesk.usecase import editing

NEW = "new"


@dataclass(frozen=True, slots=True)
class Origin:
    """An officer's reply that an article is made from, and the question it answered; personal data masked."""

    message_id: int
    conversation_id: str
    language: Language
    question: str
    reply: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the editor shows; `base` is the version it was opened on, None for a new article.

    `theirs` says what somebody else saved meanwhile, compared with what was typed here.
    """

    article_id: str
    document: dict[str, Any]
    base: ArticleVersion | None
    complaints: list[Complaint]
    shown: dict[Language, Shown | None]
    origin: Origin | None
    sentence: str | None = None
    theirs: tuple[Change, ...] = ()


async def show(request: web.Request) -> web.Response:
    """The editor on the newest version, or empty for a new article."""
    desk, article_id = desk_of(request), request.match_info.get("article", NEW)
    message = request.query.get("message", "")
    wanted = int(message) if message.isascii() and message.isdigit() and len(message) < 16 else None

    def look(unit: Unit) -> tuple[ArticleVersion | None, Origin | None]:
        versions = [] if article_id == NEW else unit.articles.versions(article_id)
        if article_id != NEW and not versions:
            raise NotFound("this article does not exist")
        return versions[0] if versions else None, _origin(unit, desk, wanted) if wanted else None

    base, origin = await desk.database.read(look)
    document = empty() | base.document if base else empty()
    if origin is not None:
        document = _with_reply(document, origin)
    return _page(request, _sheet(desk, article_id, document, base, origin))


async def save(request: web.Request) -> web.StreamResponse:
    """Save the draft; what is refused comes back as it was typed, with the reason."""
    desk, officer, fields = desk_of(request), visit_of(request).officer, await request.post()
    article_id = request.match_info.get("article", NEW)
    is_new = article_id == NEW
    document = document_of(fields, form.text(fields, "id").lower() if is_new else article_id)
    origin_id = form.whole(fields, "origin") if form.text(fields, "origin") else None

    def store(unit: Unit) -> ArticleVersion:
        if is_new:
            return editing.begin(unit, document, officer, desk.clock(), origin_id)
        version, revision = form.whole(fields, "version"), form.whole(fields, "revision")
        return editing.save(unit, article_id, version, revision, document, officer, desk.clock(), origin_id)

    try:
        saved = await desk.change(store, LIBRARY)
    except HelpdeskError as error:
        return await _refused(request, article_id, document, origin_id, error)
    return go(f"/articles/{saved.id}/edit", "draft_saved")


async def discard(request: web.Request) -> web.StreamResponse:
    """Throw a draft away."""
    desk, officer, article_id = desk_of(request), visit_of(request).officer, request.match_info["article"]
    version = form.number(request, "version")
    await desk.change(lambda unit: editing.discard(unit, article_id, version, officer, desk.clock()), LIBRARY)
    return go(f"/articles/{article_id}", "draft_discarded")


async def comment(request: web.Request) -> web.StreamResponse:
    """Say something about a version."""
    desk, officer, article_id = desk_of(request), visit_of(request).officer, request.match_info["article"]
    version, text = form.number(request, "version"), form.text(await request.post(), "text")
    await desk.change(lambda unit: editing.comment(unit, article_id, version, officer, text, desk.clock()))
    return go(f"/articles/{article_id}?version={version}", "commented")


async def settle(request: web.Request) -> web.StreamResponse:
    """Mark a comment as dealt with."""
    desk, officer, article_id = desk_of(request), visit_of(request).officer, request.match_info["article"]
    comment_id = form.number(request, "comment")
    await desk.change(lambda unit: editing.settle(unit, article_id, comment_id, officer, desk.clock()))
    return go(f"/articles/{article_id}", "comment_settled")


async def _refused(
    request: web.Request, article_id: str, document: dict[str, Any], origin_id: int | None, error: HelpdeskError
) -> web.Response:
    desk = desk_of(request)

    def look(unit: Unit) -> tuple[ArticleVersion | None, Origin | None]:
        versions = [] if article_id == NEW else unit.articles.versions(article_id)
        return versions[0] if versions else None, _origin(unit, desk, origin_id) if origin_id else None

    base, origin = await desk.database.read(look)
    if base is None and article_id != NEW:
        raise error
    is_race = isinstance(error, Conflict) and base is not None
    theirs = tuple(changes(empty() | base.document, document)) if is_race and base else ()
    sheet = _sheet(desk, article_id, document, base, origin, problem.words(request, error), theirs)
    return _page(request, sheet, status_of(error))


def _sheet(
    desk: Desk,
    article_id: str,
    document: dict[str, Any],
    base: ArticleVersion | None,
    origin: Origin | None,
    sentence: str | None = None,
    theirs: tuple[Change, ...] = (),
) -> Sheet:
    terms = Terms(effective_from=day_of(desk.clock()))
    shown = {language: desk.reader.shown(document, language, terms=terms) for language in LANGUAGES}
    return Sheet(article_id, document, base, desk.reader.complaints(document), shown, origin, sentence, theirs)


def _page(request: web.Request, sheet: Sheet, status: int = 200) -> web.Response:
    return render(
        request,
        "edit.html",
        status,
        sheet=sheet,
        document=sheet.document,
        missing=article_form.missing(sheet.document),
        topics=article_form.TOPICS,
        levels=article_form.LEVELS,
        units=("all", *UNITS),
        instruments=desk_of(request).reader.instruments(),
        **field_words(language_of(request)),
        path=f"/console/articles/{sheet.article_id}/edit",
    )


def _origin(unit: Unit, desk: Desk, message_id: int) -> Origin:
    message = unit.messages.get(message_id)
    if message.author is not Author.OFFICER or message.is_private:
        raise NotFound("this message does not exist")
    conversation = unit.conversations.get(message.conversation_id)
    question = _asked_before(unit, message)
    return Origin(
        message.id,
        conversation.id,
        conversation.language,
        " ".join(desk.reader.mask(question).split())[:300],
        desk.reader.mask(message.text),
    )


def _asked_before(unit: Unit, message: Message) -> str:
    """What the contact wrote that led to this reply: the question the bot could not answer, else the last words."""
    earlier = unit.messages.of(message.conversation_id, after=max(0, message.seq - 50), limit=50)
    written = [one for one in earlier if one.seq < message.seq and one.author is Author.CONTACT and not one.is_rating]
    turns = unit.turns.of_message([one.id for one in written])
    asked = [one for one in written if one.id in turns] or written
    return asked[-1].text if asked else ""


def _with_reply(document: dict[str, Any], origin: Origin) -> dict[str, Any]:
    """The reply at the end of the answer and the question among the samples, in the language they were written in."""
    content = document[origin.language]
    questions = [*content["questions"], origin.question] if origin.question else list(content["questions"])
    answer = f"{content['answer']}\n\n{origin.reply}".strip()
    return document | {origin.language: content | {"answer": answer, "questions": list(dict.fromkeys(questions))}}
