"""Building the console: every route with the role it asks for, and what the views work with."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from helpdesk.console import (
    article,
    asset,
    audit,
    calendar,
    conversation,
    edit,
    explain,
    file,
    gap,
    guard,
    labeller,
    model,
    overview,
    people,
    question,
    queue,
    rating,
    recall,
    reset,
    review,
    signin,
    stream,
    switch,
    ticket,
    upkeep,
)
from helpdesk.console.attempt import Attempts
from helpdesk.console.desk import DESK, Desk
from helpdesk.console.guard import Handler
from helpdesk.console.insight import page as insight
from helpdesk.console.page import go
from helpdesk.console.password import Passwords
from helpdesk.console.port import ArticleReader, Explainer, Notify, PlainExplainer, Subscribe
from helpdesk.console.presence import Presence
from helpdesk.console.text import PlainTexts, TextReader
from helpdesk.filestore import FileStore
from helpdesk.officer import Role
from helpdesk.policy import Policy
from helpdesk.storage.database import Database

LOGIN_TRIES, ADDRESS_TRIES, TRY_WINDOW = 10, 50, timedelta(minutes=15)
_O, _S, _A = Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR


async def start(_request: web.Request) -> web.StreamResponse:
    """The console's address without a page leads to the overview."""
    return go("/overview")


@dataclass(frozen=True, slots=True)
class Route:
    """One address: what it asks for (None = nobody has to be signed in) and who answers.

    `is_automatic` says that pages ask by themselves, which keeps no session alive.
    """

    method: str
    path: str
    role: Role | None
    handler: Handler
    takes_files: bool = False
    is_automatic: bool = False


ROUTES = (
    Route("GET", "/signin", None, signin.show),
    Route("POST", "/signin", None, signin.sign_in),
    Route("GET", "/setup", None, signin.show_setup),
    Route("POST", "/setup", None, signin.set_up),
    Route("GET", "/reset", None, reset.show),
    Route("POST", "/reset", None, reset.set_password),
    Route("GET", "/", _O, start),
    Route("POST", "/signout", _O, signin.sign_out),
    Route("GET", "/password", _O, signin.show_password),
    Route("POST", "/password", _O, signin.change_password),
    Route("POST", "/language", _O, signin.set_language),
    Route("POST", "/duty", _O, signin.set_duty),
    Route("GET", "/stream", _O, stream.follow, is_automatic=True),
    Route("GET", "/queue", _O, queue.show),
    Route("POST", "/tickets/{ticket}/claim", _O, queue.claim),
    Route("POST", "/tickets/{ticket}/release", _O, ticket.release),
    Route("POST", "/tickets/{ticket}/transfer", _O, ticket.transfer),
    Route("POST", "/tickets/{ticket}/resolve", _O, ticket.resolve),
    Route("POST", "/tickets/{ticket}/hand-back", _O, ticket.hand_back),
    Route("POST", "/tickets/{ticket}/reply", _O, ticket.reply, takes_files=True),
    Route("GET", "/conversations/{conversation}", _O, conversation.show),
    Route("POST", "/conversations/{conversation}/note", _O, conversation.note),
    Route("POST", "/conversations/{conversation}/take", _O, conversation.take),
    Route("POST", "/conversations/{conversation}/presence", _O, conversation.sign_of_life, is_automatic=True),
    Route("POST", "/messages/{message}/retry", _O, conversation.retry),
    Route("GET", "/files/{file}", _O, file.send),
    Route("GET", "/overview", _O, overview.show),
    Route("GET", "/questions", _O, question.show),
    Route("GET", "/explain", _O, explain.show),
    Route("POST", "/explain", _O, explain.ask),
    Route("GET", "/review", _O, review.show),
    Route("POST", "/review/label", _S, review.act),
    Route("POST", "/review/views", _O, review.save_view),
    Route("POST", "/review/views/{view}/drop", _O, review.drop_view),
    Route("GET", "/review/accounts", _A, labeller.show),
    Route("POST", "/review/accounts/undo", _A, labeller.undo),
    Route("POST", "/review/accounts/limit", _A, labeller.set_limit),
    Route("GET", "/articles", _O, article.show_all),
    Route("GET", "/articles/new", _O, edit.show),
    Route("POST", "/articles/new", _O, edit.save),
    Route("GET", "/articles/{article}", _O, article.show),
    Route("GET", "/articles/{article}/edit", _O, edit.show),
    Route("POST", "/articles/{article}/edit", _O, edit.save),
    Route("POST", "/articles/{article}/versions/{version}/discard", _O, edit.discard),
    Route("POST", "/articles/{article}/versions/{version}/comment", _O, edit.comment),
    Route("POST", "/articles/{article}/comments/{comment}/settle", _O, edit.settle),
    Route("POST", "/articles/{article}/versions/{version}/approve", _A, article.approve),
    Route("POST", "/articles/{article}/versions/{version}/retire", _A, article.retire),
    Route("POST", "/drafts", _A, article.serve_drafts),
    Route("GET", "/snippets", _O, article.snippets),
    Route("GET", "/reviews", _O, upkeep.reviews),
    Route("POST", "/reviews/days", _A, upkeep.set_days),
    Route("POST", "/reviews/{task}/take", _O, upkeep.take_review),
    Route("POST", "/reviews/{task}/finish", _S, upkeep.finish_review),
    Route("GET", "/laws", _O, upkeep.laws),
    Route("POST", "/laws", _A, upkeep.end_law),
    Route("GET", "/recalls", _S, recall.show_all),
    Route("POST", "/recalls", _S, recall.propose),
    Route("GET", "/recalls/{recall}", _S, recall.show),
    Route("POST", "/recalls/{recall}/approve", _A, recall.approve),
    Route("POST", "/recalls/{recall}/stop", _S, recall.stop),
    Route("GET", "/gaps", _S, gap.show_all),
    Route("GET", "/gaps/{gap}", _S, gap.show),
    Route("POST", "/gaps/{gap}", _S, gap.move),
    Route("POST", "/gaps/{gap}/join", _S, gap.join),
    Route("GET", "/switches", _O, switch.show),
    Route("POST", "/switches", _S, switch.switch_off),
    Route("POST", "/switches/{silence}/on", _S, switch.switch_on),
    Route("GET", "/calendar", _O, calendar.show),
    Route("POST", "/calendar", _S, calendar.save),
    Route("GET", "/ratings", _S, rating.show),
    Route("GET", "/insight", _S, insight.start),
    Route("GET", "/insight/{page}", _S, insight.show),
    Route("GET", "/insight/{page}/{sheet}.csv", _S, insight.send),
    Route("GET", "/audit", _S, audit.show),
    Route("GET", "/models", _S, model.show_all),
    Route("POST", "/models/train", _A, model.train),
    Route("POST", "/models/cancel", _A, model.cancel),
    Route("POST", "/models/rollback", _S, model.roll_back),
    Route("GET", "/models/{model}", _S, model.show),
    Route("POST", "/models/{model}/promote", _S, model.promote),
    Route("POST", "/models/{model}/compare", _A, model.compare),
    Route("POST", "/models/{model}/shadow", _A, model.shade),
    Route("POST", "/models/{model}/shadow/end", _A, model.end_shade),
    Route("GET", "/people", _A, people.show),
    Route("POST", "/people/invite", _A, people.invite),
    Route("POST", "/people/{officer}", _A, people.change),
    Route("POST", "/people/{officer}/active", _A, people.set_active),
    Route("POST", "/people/{officer}/reset", _A, people.offer_reset),
)


def create(
    database: Database,
    files: FileStore,
    *,
    policy: Policy,
    clock: Callable[[], datetime],
    notify: Notify,
    subscribe: Subscribe,
    article_reader: ArticleReader,
    serve_drafts_default: bool,
    public_url: str,
    is_secure: bool,
    texts: TextReader | None = None,
    explainer: Explainer | None = None,
    passwords: Passwords | None = None,
    address_of: Callable[[web.Request], str | None] | None = None,
) -> web.Application:
    """The console as an application to mount at `desk.BASE`.

    `notify` and `subscribe` are the desk's signal: the console notifies conversation ids, `port.QUEUE` and
    `article.LIBRARY`. `serve_drafts_default` says whether drafts answer until an administrator has decided;
    `public_url` is the address, without a path, that one-time links begin with, whatever a request calls this host;
    `is_secure` that the console is served over https, to which its cookies are then bound. `address_of` tells whom
    to hold sign-in attempts against; behind a proxy the peer's own address is everybody's.
    """
    app = web.Application(middlewares=[guard.headers, guard.errors, guard.sessions])
    app[DESK] = Desk(
        database=database,
        files=files,
        policy=policy,
        clock=clock,
        notify=notify,
        subscribe=subscribe,
        reader=article_reader,
        texts=texts or PlainTexts(),
        explainer=explainer or PlainExplainer(),
        passwords=passwords or Passwords(),
        logins=Attempts(LOGIN_TRIES, TRY_WINDOW, clock),
        addresses=Attempts(ADDRESS_TRIES, TRY_WINDOW, clock),
        presence=Presence(clock),
        address_of=address_of or _peer,
        serve_drafts_default=serve_drafts_default,
        public_url=public_url.rstrip("/"),
        is_secure=is_secure,
    )
    app[stream.STREAMS] = stream.Streams()
    app.on_shutdown.append(stream.close)
    app.cleanup_ctx.append(_passwords)
    _route(app)
    return app


def _route(app: web.Application) -> None:
    for route in ROUTES:
        view = guard.need(route.handler, route.role, route.takes_files, route.is_automatic)
        app.router.add_route(route.method, route.path, view)
    app.router.add_route("GET", "/static/{name}", guard.need(asset.send, None))


def _peer(request: web.Request) -> str | None:
    return request.remote


async def _passwords(app: web.Application) -> AsyncIterator[None]:
    yield
    app[DESK].passwords.close()
