"""The review: what was asked, what the bot made of it, and labelling it at the speed of the keyboard.

Every action is a form that works without scripts; with them the same form is sent in the background and answered as
JSON, and the page stays where it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from aiohttp import web

from helpdesk.calendar import ZONE
from helpdesk.console import form, paging
from helpdesk.console.desk import BASE, Desk, desk_of, visit_of
from helpdesk.console.page import go, language_of, local_path, render
from helpdesk.console.sieve import CHOICES, NOTHING, Sieve, sieve_of
from helpdesk.console.text import TextReader
from helpdesk.console.wording import Language, known, say
from helpdesk.error import InvalidInput
from helpdesk.officer import Officer, Role
from helpdesk.review import INTENTS, MUST_REFUSE, NOT_TRAINING, OUT_OF_SCOPE, PROCEDURE, ReviewState, article_of
from helpdesk.storage.label import SavedView
from helpdesk.storage.question import ArticleTitle, Group, Likeness, Question
from helpdesk.storage.unit import Unit
from helpdesk.usecase import review
from helpdesk.usecase.review import Pick, Verdict

GROUPS, EACH = 10, 5
STRAIGHT = {"out_of_scope": OUT_OF_SCOPE, "must_refuse": MUST_REFUSE, "not_training": NOT_TRAINING}
"""Actions that are labels by themselves."""
REJECT = "!"
"""Stands in a row's own button where another names a target."""
MAX_TITLE = 120


@dataclass(frozen=True, slots=True)
class Tips:
    """What to know before labelling a question: what the training data and similar questions say."""

    learnt: str | None
    likeness: Likeness
    contradicting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The list page; one group without a meaning of its own when questions stand one by one."""

    groups: list[Group]
    total: int
    pages: int
    tips: dict[int, Tips]
    counts: dict[str, int]
    titles: list[ArticleTitle]
    views: list[SavedView]


@dataclass(frozen=True, slots=True)
class Names:
    """Targets of labels in words."""

    language: Language
    titles: dict[str, str] = field(default_factory=dict)

    def __call__(self, target: str) -> str:
        """An article's title or an intent's name."""
        article_id = article_of(target)
        if article_id is None:
            return known(self.language, "intent", target)
        return self.titles.get(article_id, article_id)

    def all(self, targets: Iterable[str]) -> str:
        """Several targets in words."""
        return ", ".join(self(target) for target in targets)


async def show(request: web.Request) -> web.Response:
    """Questions, grouped by meaning or one by one."""
    return await _page(request, request.query, [])


async def act(request: web.Request) -> web.StreamResponse:
    """Label, confirm, put off, approve, reject or undo what was picked."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    target, action = form.text(fields, "target"), form.text(fields, "act")
    one = form.text(fields, "one")
    if one:
        target, _, picked = one.rpartition("|")
        action, picks = ("reject" if target == REJECT else "label" if target else "confirm"), [_pick(picked)]
    else:
        picks = [_pick(value) for value in fields.getall("row", []) if isinstance(value, str)]
    if action == "propose":
        action, target = "label", _new_target(desk.texts, form.text(fields, "title"))
    case = _case(action, target, picks, visit.officer, desk.clock())
    verdict = await desk.database.write(case)
    said, is_fine = await _said(request, verdict, picks), not (verdict.lost or verdict.refused) and bool(picks)
    if "application/json" in request.headers.get("Accept", ""):
        return await _as_json(request, picks, said, is_fine)
    path = local_path(form.text(fields, "next"), "/review")
    if is_fine and not verdict.waiting:
        return go(path, "labelled")
    return await _page(request, dict(parse_qsl(urlsplit(path).query)), said, 200 if is_fine else 409)


async def save_view(request: web.Request) -> web.StreamResponse:
    """Keep the present filters under a name of one's own."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    query = sieve_of(dict(parse_qsl(form.text(fields, "query"))), desk.texts).query
    name = form.text(fields, "name")
    await desk.database.write(lambda unit: review.save_view(unit, visit.officer, name, query))
    return go(f"/review?{query}" if query else "/review", "view_saved")


async def drop_view(request: web.Request) -> web.StreamResponse:
    """Forget a saved view."""
    desk, visit, view_id = desk_of(request), visit_of(request), form.number(request, "view")
    await desk.database.write(lambda unit: unit.labels.drop_view(visit.officer.id, view_id))
    return go("/review", "view_dropped")


# -- the page


async def _page(request: web.Request, query: Mapping[str, str], said: list[str], status: int = 200) -> web.Response:
    desk, visit = desk_of(request), visit_of(request)
    sieve, number = sieve_of(query, desk.texts), paging.number_of(request)
    inbox = await desk.database.read(lambda unit: _inbox(unit, desk.texts, sieve, number, visit.officer))
    return render(
        request,
        "review.html",
        status,
        inbox=inbox,
        sieve=sieve,
        said=said,
        choices=CHOICES,
        names=Names(language_of(request), _titles(inbox.titles, language_of(request))),
        line=partial(_line, language_of(request)),
        intents=INTENTS,
        mask=desk.texts.mask,
        fold=desk.texts.fold,
        nothing=NOTHING,
        may_label=visit.officer.may(Role.SUPERVISOR),
        page=paging.page_of(number, inbox.pages, sieve.fields),
        path=f"{BASE}/review?{sieve.query}" + (f"&page={number}" if number > 1 else ""),
    )


def _inbox(unit: Unit, texts: TextReader, sieve: Sieve, number: int, officer: Officer) -> Inbox:
    counts = unit.questions.counts()
    if sieve.fields["view"] == "groups":
        offset = (number - 1) * GROUPS
        groups, count, total = unit.questions.groups(sieve.wanted, GROUPS, offset, EACH)
        pages = count * (paging.SIZE // GROUPS)
    else:
        known_total = None if sieve.is_narrowed or sieve.wanted.state is None else counts.get(sieve.wanted.state, 0)
        offset = (number - 1) * paging.SIZE
        found, total = unit.questions.find(sieve.wanted, paging.SIZE, offset, known_total)
        groups, pages = [Group("", total, 0, 0, 0, found)], total
    questions = [question for group in groups for question in group.questions]
    return Inbox(
        groups,
        total,
        pages,
        tips(unit, texts, questions),
        counts,
        unit.questions.titles(),
        unit.labels.views(officer.id),
    )


def tips(unit: Unit, texts: TextReader, questions: list[Question]) -> dict[int, Tips]:
    """What to know before labelling questions, by their ids."""
    likeness = unit.questions.likeness(questions)
    return {
        one.id: Tips(
            texts.learnt(one.key),
            likeness[one.id],
            tuple(target for target in likeness[one.id].targets if target not in (one.target or one.suggested,)),
        )
        for one in questions
    }


def _titles(titles: Iterable[ArticleTitle], language: Language) -> dict[str, str]:
    return {title.id: title.vi if language == "vi" else title.en for title in titles}


# -- actions


def _case(action: str, target: str, picks: list[Pick], officer: Officer, at: datetime) -> Callable[[Unit], Verdict]:
    if action in STRAIGHT:
        action, target = "label", STRAIGHT[action]
    match action:
        case "label":
            return lambda unit: review.label(unit, picks, target, officer, at)
        case "confirm":
            return lambda unit: review.confirm(unit, picks, officer, at)
        case "reject":
            return lambda unit: review.reject(unit, picks, officer, at)
        case "later":
            return lambda unit: review.put_off(unit, picks, ReviewState.LATER, officer, at)
        case "flag":
            return lambda unit: review.put_off(unit, picks, ReviewState.FLAGGED, officer, at)
        case "undo":
            return lambda unit: review.undo(unit, picks, officer, at)
    raise InvalidInput("the field act cannot be read; correct it")


def _pick(value: str) -> Pick:
    """A question as the page showed it, written id:version; raises InvalidInput."""
    numbers = value.split(":")
    if len(numbers) != 2 or not all(one.isascii() and one.isdigit() and len(one) < 16 for one in numbers):
        raise InvalidInput("the field row cannot be read; correct it")
    return Pick(int(numbers[0]), int(numbers[1]))


def _new_target(texts: TextReader, title: str) -> str:
    """The target of an article that is proposed under a title; raises InvalidInput when there is no title."""
    folded = texts.fold(title[:MAX_TITLE])
    if not folded:
        raise InvalidInput("write something first")
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in folded).split()
    return PROCEDURE + ("-".join(words)[:60].strip("-") or f"new-{crc32(folded.encode()):08x}")


async def _said(request: web.Request, verdict: Verdict, picks: list[Pick]) -> list[str]:
    """What became of it, sentence by sentence."""
    language = language_of(request)
    if not picks:
        return [say(language, "review.said_no_pick")]
    said = [say(language, "review.said_done", count=len(verdict.done))] if verdict.done else []
    if verdict.waiting:
        reasons = ", ".join(sorted({known(language, "doubt", doubt) for doubt in verdict.waiting.values()}))
        said.append(say(language, "review.said_waiting", count=len(verdict.waiting), reasons=reasons))
    names = await _names(desk_of(request), language) if verdict.lost else Names(language)
    for lost in verdict.lost:
        target = names(lost.proposed or lost.target) or known(language, "review_state", lost.state)
        actor = lost.actor or say(language, "review.from_file")
        said.append(say(language, "review.said_lost", text=lost.text[:80], actor=actor, target=target))
    for kind in ("own", "nothing", "others"):
        count = sum(1 for reason in verdict.refused.values() if reason == kind)
        said += [say(language, f"review.said_{kind}", count=count)] if count else []
    return said


async def _as_json(request: web.Request, picks: list[Pick], said: list[str], is_fine: bool) -> web.Response:
    """The picked rows as they stand now, and how many questions are in which state."""
    desk, language = desk_of(request), language_of(request)

    def look(unit: Unit) -> tuple[list[Question], dict[str, int]]:
        return unit.questions.get([pick.id for pick in picks]), unit.questions.counts()

    found, counts = await desk.database.read(look)
    names = await _names(desk, language)
    rows = [
        {
            "id": one.id,
            "version": one.version,
            "state": one.state,
            "state_name": known(language, "review_state", one.state),
            "target": names(one.target) if one.target else "",
            "proposed": names(one.proposed) if one.proposed else "",
            "line": _line(language, one),
        }
        for one in found
    ]
    return web.json_response({"rows": rows, "said": said, "counts": counts}, status=200 if is_fine else 409)


async def _names(desk: Desk, language: Language) -> Names:
    titles = await desk.database.read(lambda unit: unit.questions.titles())
    return Names(language, _titles(titles, language))


_LINES = {
    "label": "labelled",
    "approve": "approved",
    "reject": "rejected",
    "undo": "undone",
    "later": "later_by",
    "flagged": "flagged_by",
}


def _line(language: Language, one: Question) -> str:
    """Who did last what to a question; empty when nobody has."""
    if one.action not in _LINES or one.acted_at is None:
        return ""
    actor = one.actor or say(language, "review.from_file")
    at = one.acted_at.astimezone(ZONE).strftime("%H:%M %d/%m/%Y")
    return say(language, f"review.{_LINES[one.action]}", actor=actor, at=at)
