"""What the console works with, and who sits at it: the two things every view asks a request for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from helpdesk.console.attempt import Attempts
from helpdesk.console.password import Passwords
from helpdesk.console.port import QUEUE, ArticleReader, Explainer, Notify, Subscribe
from helpdesk.console.presence import Presence
from helpdesk.console.text import TextReader
from helpdesk.filestore import FileStore
from helpdesk.officer import Officer
from helpdesk.policy import Policy
from helpdesk.storage.database import Database
from helpdesk.storage.silence import Silence
from helpdesk.storage.unit import Unit

T = TypeVar("T")

BASE = "/console"
"""Where the bootstrap mounts the console."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that views use; built once by `app.create`."""

    database: Database
    files: FileStore
    policy: Policy
    clock: Callable[[], datetime]
    notify: Notify
    subscribe: Subscribe
    reader: ArticleReader
    texts: TextReader
    explainer: Explainer
    passwords: Passwords
    logins: Attempts
    addresses: Attempts
    presence: Presence
    address_of: Callable[[web.Request], str | None]
    serve_drafts_default: bool
    public_url: str
    is_secure: bool

    async def change(self, case: Callable[[Unit], T], *keys: str) -> T:
        """Run a use case, then wake everybody who watches the queue or one of `keys`."""
        result = await self.database.write(case)
        for key in (*keys, QUEUE):
            self.notify(key)
        return result


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in request: who asks, and the few facts that every page shows.

    `silences` is what the bot may not answer now, `titles` the titles of the articles among them.
    """

    officer: Officer
    csrf: str
    token_hash: str
    used_at: datetime
    queued: int
    is_serving_drafts: bool
    silences: tuple[Silence, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)


DESK = web.AppKey("desk", Desk)
VISIT = web.RequestKey("visit", Visit)


def desk_of(request: web.Request) -> Desk:
    """What the console works with."""
    return request.app[DESK]


def visit_of(request: web.Request) -> Visit:
    """Who asks; only for routes that need a role."""
    return request[VISIT]
