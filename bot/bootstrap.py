"""The one composition root: builds every part from the settings, starts and stops them in order."""

import secrets
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol

import aiohttp
from aiohttp import web
from argon2 import PasswordHasher

from bot import explain_endpoint, server
from bot import settings as configuration
from bot.action_endpoint import ActionEndpoint
from bot.bookcase import Bookcase
from bot.brain import BrainClient
from bot.connectors.web.access import ClientAddress, address_behind
from bot.connectors.web.connector import WebConnector
from bot.delivery import Sender
from bot.explanation import Explainer
from bot.filestore import DiskFileStore
from bot.fleet import Fleet, Slot
from bot.gateway import Gateway
from bot.learning.digest import Digest
from bot.learning.evaluate import Examiner
from bot.learning.gate import Limits
from bot.learning.promotion import Promoter
from bot.learning.run import Trainer, Workshop
from bot.learning.school import School
from bot.learning.shadow import Shadowing
from bot.learning.texts import Texts
from bot.local import is_local
from bot.model import SUFFIX
from bot.process import brain_command, brain_environment, this_process
from bot.reader import Reader
from bot.reception import Reception
from bot.responder import Responder
from bot.settings import Settings
from bot.signal import Signal
from bot.supervisor import Supervisor
from bot.watch import Watch
from helpdesk.connector import Connector
from helpdesk.console.app import create as create_console
from helpdesk.console.port import MODELS
from helpdesk.error import InvalidInput
from helpdesk.officer import Role
from helpdesk.policy import Policy
from helpdesk.storage import migrate
from helpdesk.storage.database import Database, create
from helpdesk.usecase import demo
from helpdesk.usecase.account import invite

ACTION_TOKEN_VARIABLE = "ISEC_ACTION_TOKEN"


def now() -> datetime:
    """The desk's clock."""
    return datetime.now(UTC)


class _WebServed(Connector, Protocol):
    """A channel with routes of its own on the desk's web server."""

    def install(self, app: web.Application) -> None: ...


@dataclass
class Desk:
    """Every part of a running desk."""

    settings: Settings
    database: Database
    bookcase: Bookcase
    actions: ActionEndpoint
    fleet: Fleet
    school: School
    session: aiohttp.ClientSession
    signal: Signal
    gateway: Gateway
    sender: Sender
    watch: Watch
    digest: Digest
    connectors: Sequence[Connector]
    app: web.Application
    runner: web.AppRunner | None = None


def seed_demo(database: Database, settings: Settings) -> list[tuple[str, str]]:
    """Add demonstration officers, businesses and conversations; returns their logins and passwords."""
    return database.write_now(lambda unit: demo.seed_demo(unit, policy_of(settings), now(), PasswordHasher().hash))


def policy_of(settings: Settings) -> Policy:
    """The rules' numbers as this installation sets them."""
    return Policy(
        reopen_window=settings.reopen_window,
        alert_after=timedelta(minutes=settings.alert_minutes),
        silent_after=timedelta(minutes=settings.silent_minutes),
    )


def data_dir(settings: Settings) -> Path:
    """The data directory, made if need be and private to this user; raises InvalidInput when it cannot be used."""
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise InvalidInput(
            f"ISEC_DATA_DIR: {folder} cannot be written to ({error.strerror}); choose a folder of this user's"
        ) from None


def _database(settings: Settings) -> Database:
    data_dir(settings)
    return Database(create(settings.database))


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The migrated database; raises StorageUnavailable naming what to do."""
    database = _database(settings)
    try:
        migrate.upgrade(database.engine)
        yield database
    finally:
        database.close()


@contextmanager
def open_bookcase(settings: Settings) -> Iterator[Bookcase]:
    """The knowledge base over the migrated database."""
    with open_database(settings) as database:
        yield Bookcase(database, now, settings.serve_drafts)


def seed(settings: Settings, database: Database) -> int:
    """Put new and changed article files into the database as drafts; raises ArticleProblem at a broken one."""
    return Bookcase(database, now, settings.serve_drafts).seed_now()


def first_link(database: Database, settings: Settings) -> str | None:
    """A new one-time link for the first administrator, None when there is one."""
    if database.read_now(lambda unit: unit.officers.count()) > 0:
        return None
    token = database.write_now(lambda unit: invite(unit, Role.ADMINISTRATOR, now()))
    return f"{settings.url}/console/setup?token={token}"


_current: list[Responder] = []


def responder() -> Responder:
    """The responder of the desk in this process; outside a desk (`rasa run actions`) one over the same database."""
    return _current[-1] if _current else _standalone()


@cache
def _standalone() -> Responder:
    settings = configuration.read()
    database = _database(settings)
    migrate.upgrade(database.engine)
    bookcase = Bookcase(database, now, settings.serve_drafts)
    bookcase.refresh_now()
    return Responder(bookcase.current, now)


def build(settings: Settings, database: Database) -> Desk:
    """Put the parts together; nothing runs yet."""
    signal, policy = Signal(), policy_of(settings)
    files = DiskFileStore(settings.data_dir / "files", settings.max_file_mb * 1024 * 1024)
    bookcase = Bookcase(database, now, settings.serve_drafts)
    answers = Responder(bookcase.current, now)
    _current.append(answers)
    actions = ActionEndpoint(settings.action_port or free_port())
    session = aiohttp.ClientSession()
    fleet = _fleet(settings, actions, session)
    gateway = Gateway(database, fleet, answers, files, signal, policy, now)
    sender = Sender(database, files, signal, now)
    reception = Reception(
        database,
        files,
        signal,
        now,
        gateway.typing.__contains__,
        gateway.is_busy,
        lambda: fleet.is_reduced,
    )
    address_of = address_behind(settings.trusted_proxies)
    connectors = _connectors(settings, reception, files, address_of)
    watch = Watch(database, signal, policy, now, bookcase, fleet if settings.brain else None)
    app = server.create(watch.readiness, settings.is_secure, watch.notes)
    for connector in connectors:
        gateway.connect(connector)
        if not connector.is_pulled:
            sender.connect(connector)
        connector.install(app)
    texts = Texts(configuration.ROOT / "nlu_data", bookcase.current)
    explainer = Explainer(fleet, answers)
    explain_endpoint.install(app, explainer, _local_key(settings.data_dir / "local.key"))
    _add_console(app, settings, database, files, signal, policy, address_of, bookcase, texts, explainer)
    return Desk(
        settings,
        database,
        bookcase,
        actions,
        fleet,
        _school(settings, database, signal, fleet, bookcase),
        session,
        signal,
        gateway,
        sender,
        watch,
        Digest(database, now, texts.load),
        connectors,
        app,
    )


def _add_console(
    app: web.Application,
    settings: Settings,
    database: Database,
    files: DiskFileStore,
    signal: Signal,
    policy: Policy,
    address_of: ClientAddress,
    bookcase: Bookcase,
    texts: Texts,
    explainer: Explainer,
) -> None:
    console = create_console(
        database,
        files,
        policy=policy,
        clock=now,
        notify=signal.notify,
        subscribe=signal.subscribe,
        article_reader=Reader(now, lambda: bookcase.current().reference),
        texts=texts,
        explainer=explainer,
        serve_drafts_default=settings.serve_drafts,
        public_url=settings.url,
        is_secure=settings.is_secure,
        address_of=address_of,
    )
    app.add_subapp("/console", console)


def _fleet(settings: Settings, actions: ActionEndpoint, session: aiohttp.ClientSession) -> Fleet:
    """The brains: each Rasa as a supervised child on loopback; its secrets travel in its environment.

    Without ISEC_BRAIN whoever listens on ISEC_BRAIN_PORT is asked, and nothing is started.
    """
    root, token = configuration.ROOT, secrets.token_urlsafe(24)

    def open_slot(archive: Path) -> Slot:
        is_first = fleet.serving is None
        port = settings.brain_port if is_first and settings.brain_port else free_port()
        client = BrainClient(f"http://127.0.0.1:{port}", token, session)
        name = archive.name.removesuffix(SUFFIX)
        supervisor = Supervisor(
            brain_command(root, port, archive, actions.url),
            port,
            client.is_ready,
            root=root,
            log_file=settings.data_dir / "log" / "brain.log",
            pid_file=settings.data_dir / ("brain.pid" if is_first else f"brain-{port}.pid"),
            environment=brain_environment(token) | {ACTION_TOKEN_VARIABLE: actions.token},
        )
        return Slot(name, client, supervisor)

    fleet = Fleet(open_slot, settings.keep_warm_minutes * 60.0)
    if not settings.brain:
        address = f"http://127.0.0.1:{settings.brain_port or free_port()}"
        fleet.serving = Slot("", BrainClient(address, token, session))
    return fleet


def workshop_of(settings: Settings) -> Workshop:
    """Where this installation trains."""
    place = settings.data_dir / "training"
    return Workshop(configuration.ROOT, place, settings.model_dir, settings.serve_drafts, settings.keep_models)


def trainer_of(settings: Settings, database: Database, bookcase: Bookcase, changed: Callable[[], None]) -> Trainer:
    """Who carries training runs out; `changed` is called whenever one has got further."""
    limits = Limits(settings.gate_noise, settings.gate_golden, settings.gate_latency, settings.gate_memory)
    shop = workshop_of(settings)
    examiner = Examiner(database, shop.root, shop.models, shop.place, bookcase.current, limits, now)
    return Trainer(database, shop, now, examiner.compare, changed)


def _school(settings: Settings, database: Database, signal: Signal, fleet: Fleet, bookcase: Bookcase) -> School:
    root, models, desk = configuration.ROOT, settings.model_dir, this_process()
    return School(
        database,
        signal,
        fleet,
        trainer_of(settings, database, bookcase, lambda: signal.notify(MODELS)),
        Promoter(database, fleet, root, models, now, desk),
        Shadowing(database, fleet, now),
        models,
        now,
        desk,
        settings.learn_at,
    )


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _unless_local(address_of: ClientAddress, local_key: str) -> ClientAddress:
    """This machine's own command line proves itself with the local key and is not limited."""

    def address_unless_local(request: web.Request) -> str | None:
        return None if is_local(request, local_key) else address_of(request)

    return address_unless_local


def _connectors(
    settings: Settings,
    reception: Reception,
    files: DiskFileStore,
    address_of: ClientAddress,
) -> list[_WebServed]:
    found: list[_WebServed] = [
        WebConnector(
            reception,
            files,
            settings.data_dir / "uploads",
            embed_origins=settings.embed_origins,
            is_secure=settings.is_secure,
            client_address=_unless_local(address_of, _local_key(settings.data_dir / "local.key")),
            max_file_bytes=settings.max_file_mb * 1024 * 1024,
            clock=time.monotonic,
        )
    ]
    token = settings.telegram_token.get_secret_value()
    if token:
        # loaded where it is used: a desk without Telegram accepts messages a fifth of a second sooner
        from bot.connectors.telegram.connector import TelegramConnector

        is_webhook = settings.telegram_mode == "webhook"
        found.append(
            TelegramConnector(
                token,
                now,
                settings.telegram_api_url,
                settings.public_url if is_webhook else "",
                settings.telegram_secret.get_secret_value(),
            )
        )
    return found


def _local_key(path: Path) -> str:
    """A secret that only users of this machine's data directory can read."""
    if not path.exists():
        # in one step: a desk killed half way must not leave an empty key, which every request would match
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), encoding="ascii")
        draft.replace(path)
    return path.read_text(encoding="ascii").strip() or secrets.token_urlsafe(32)
