"""FakeTelegram: api.telegram.org on 127.0.0.1, and the handle a test holds.

Bot API, "Making requests" and getFile: ``/bot<token>/METHOD`` and ``/file/bot<token>/PATH``; a
wrong token is 401, an unknown method 404. ``/control`` belongs to the tests (see control.py).
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from .backlog import Delivery
from .clock import Clock
from .control import Control
from .fault import FILE_DOWNLOAD, Fault
from .file_store import MAX_DOWNLOAD, MAX_UPLOAD
from .flood import Limits
from .method import Answer, Methods
from .outbox import Sent
from .params import Params, read_params
from .poll import Poller
from .schedule import Schedule
from .user import FakeUser
from .webhook import Courier
from .wire import ApiError, JsonObject
from .world import UserState, World

_TOKEN = re.compile(r"[1-9]\d*:[\w-]+")
_MULTIPART_MARGIN = 1024 * 1024
_POLL_METHOD = "getupdates"


class FakeTelegram:
    """``async with FakeTelegram(token) as tg``; every argument but the token is optional.

    ``factor`` makes webhook resends and timeouts that many times faster; ``limits`` switches the
    flood limits on; ``one_queue_per_chat`` makes button presses wait for messages as well, which
    the real server does not.
    """

    def __init__(
        self,
        token: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        factor: float = 1.0,
        schedule: Schedule | None = None,
        limits: Limits | None = None,
        seed: int | None = None,
        one_queue_per_chat: bool = False,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise ValueError("a bot token looks like 123456:ABC-DEF")
        self.token = token
        self._host, self._port = host, port
        rng, clock, schedule = random.Random(seed), Clock(factor), schedule or Schedule()
        self._world = World(token, clock, schedule, limits, rng, one_queue_per_chat)
        self._poller = Poller(self._world.backlog, clock)
        self._courier = Courier(self._world.backlog, clock, schedule, rng)
        self._methods = Methods(self._world, self._poller, self._courier)
        self._runner: web.AppRunner | None = None
        self._calls: set[asyncio.Task[web.Response]] = set()
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        # The body limit leaves room for the fields around the largest file.
        app = web.Application(client_max_size=MAX_UPLOAD + _MULTIPART_MARGIN)
        app.router.add_post("/control", Control(self).handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_route("*", "/{rest:.*}", _not_found)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        await self._courier.start()

    async def stop(self) -> None:
        self._closing.set()
        self._poller.abort("")
        await self._courier.stop()
        for call in self._calls:
            call.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        """What stands for https://api.telegram.org."""
        return f"http://{self._host}:{self._port}"

    @property
    def base_url(self) -> str:
        """python-telegram-bot's ``base_url``; the token follows it directly."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    @property
    def bot(self) -> JsonObject:
        return self._world.bot

    def user(
        self,
        user_id: int,
        first_name: str = "Lan",
        language_code: str = "vi",
        *,
        last_name: str = "",
        username: str = "",
        started: bool = False,
    ) -> FakeUser:
        """A user, the same one for the same id; ``started`` as if they had written before."""
        if user_id not in self._world.users:
            optional = {"last_name": last_name, "username": username}
            user: JsonObject = {
                "id": user_id,
                "is_bot": False,
                "first_name": first_name,
                **{name: value for name, value in optional.items() if value},
                "language_code": language_code,
            }
            self._world.users[user_id] = UserState(user)
        state = self._world.users[user_id]
        state.started = state.started or started
        return FakeUser(self._world, state)

    def sent(self, chat_id: int) -> list[Sent]:
        """Everything the bot did in a chat, oldest first."""
        return self._world.outbox.of(chat_id)

    async def wait_for(
        self,
        chat_id: int,
        predicate: Callable[[Sent], bool],
        timeout: float = 5.0,  # noqa: ASYNC109 - with what it saw in the error
        *,
        skip: int = 0,
    ) -> Sent:
        """The first match, sent already or within ``timeout``; ``skip`` ignores the first ones."""
        return await self._world.outbox.wait_for(chat_id, predicate, timeout, skip)

    def inject(self, payload: JsonObject) -> int:
        """Queue a raw update, of unknown kind too; without ``update_id`` it gets the next."""
        return self._world.backlog.inject(payload)

    def redeliver(self, update_id: int) -> None:
        """Deliver an update once more, however long ago the bot took it."""
        self._world.backlog.replay(update_id)

    def repeat_deliveries(self, times: int) -> None:
        """From now on deliver each update that many times more, as if a 2xx had got lost."""
        self._world.backlog.repeats = times

    def deliveries(self, update_id: int) -> Delivery:
        return self._world.backlog.delivery(update_id)

    def pending(self) -> list[int]:
        """Ids of the updates the bot has not taken yet."""
        backlog = self._world.backlog
        return [update.update_id for update in [*backlog.pending, *backlog.replays]]

    async def wait_idle(
        self,
        timeout: float = 5.0,  # noqa: ASYNC109 - with what is left in the error
    ) -> None:
        """Until the bot took everything."""
        try:
            async with asyncio.timeout(timeout):
                await self._world.backlog.idle.wait()
        except TimeoutError:
            raise TimeoutError(f"still pending after {timeout} s: {self.pending()}") from None

    def fail(self, fault: Fault) -> None:
        """Switch a fault on: ``tg.fail(Fault("sendMessage", status=502))``."""
        self._world.faults.add(fault)

    def clear_faults(self) -> None:
        self._world.faults.clear()

    @property
    def limits(self) -> Limits | None:
        return self._world.flood.limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self._world.flood.limits = limits

    def expire_queries(self) -> None:
        """Make every button press too old to answer."""
        self._world.open_queries.clear()

    @property
    def commands(self) -> dict[tuple[str, str], list[JsonObject]]:
        """setMyCommands, by (scope JSON, language code)."""
        return self._world.commands

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request.match_info["token"]):
            return _respond(refusal)
        method = request.match_info["method"].lower()
        try:
            params = await read_params(request)
        except ApiError as error:
            return _respond(error)
        call = self._answer(request, method, params)
        if method == _POLL_METHOD:
            return await call
        # The real server finishes a call whose client has gone; a poll simply ends.
        task = asyncio.create_task(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return await asyncio.shield(task)

    async def _answer(self, request: web.Request, method: str, params: Params) -> web.Response:
        fault = self._world.faults.take(method, self._methods.chat_of(params))
        if fault is not None and not fault.takes_effect:
            return await self._faulty(request, fault, _respond(fault.error()))
        response = _respond(await self._executed(method, params))
        return response if fault is None else await self._faulty(request, fault, response)

    async def _executed(self, method: str, params: Params) -> Answer | ApiError:
        try:
            return await self._methods.execute(method, params)
        except ApiError as error:
            return error

    async def _faulty(self, request: web.Request, fault: Fault, response: web.Response) -> web.Response:
        """What the client gets instead of ``response``, or that, late."""
        await self._pause(fault.delay)
        if fault.hang_up:
            return await self._half_close(request)
        if fault.status is None:
            return response
        return _error_page(fault.error()) if fault.html else _respond(fault.error())

    async def _half_close(self, request: web.Request) -> web.Response:
        """End our side of the connection, keep reading theirs until they leave."""
        transport = request.transport
        if transport is not None and transport.can_write_eof():
            transport.write_eof()
            while not transport.is_closing() and not self._closing.is_set():
                await self._pause(0.02)
            transport.abort()
        return web.Response()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request.match_info["token"]):
            return _respond(refusal)
        fault = self._world.faults.take(FILE_DOWNLOAD, None)
        response = self._file(request.match_info["path"])
        return response if fault is None else await self._faulty(request, fault, response)

    def _file(self, path: str) -> web.Response:
        file = self._world.files.at_path(path)
        if file is None or file.size > MAX_DOWNLOAD:
            return _respond(ApiError(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")

    def _refusal(self, token: str) -> ApiError | None:
        if token == self.token:
            return None
        known_shape = _TOKEN.fullmatch(token)
        return ApiError(401, "Unauthorized") if known_shape else ApiError(404, "Not Found")


def _respond(answer: Answer | ApiError) -> web.Response:
    if isinstance(answer, Answer):
        return web.json_response(answer.body())
    headers = {"Retry-After": str(answer.retry_after)} if answer.retry_after else None
    return web.json_response(answer.body(), status=answer.code, headers=headers)


def _error_page(error: ApiError) -> web.Response:
    title = f"{error.code} {error.description}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>{title}</body>\r\n</html>\r\n"
    return web.Response(text=page, status=error.code, content_type="text/html")


async def _not_found(request: web.Request) -> web.Response:
    del request
    return _respond(ApiError(404, "Not Found"))
