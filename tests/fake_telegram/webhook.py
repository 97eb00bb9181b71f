"""setWebhook and the delivery to it.

Bot API, setWebhook: updates are POSTed as JSON, the secret comes back in
``X-Telegram-Bot-Api-Secret-Token``, up to ``max_connections`` (1-100, default 40) run at once, and
anything but 2xx is sent again. "Making requests when getting updates": a 2xx answer may carry one
method call. The order is the published server's (WebhookActor): every queue has at most one
update on its way and is blocked until that one is taken or dropped, and only the oldest
``2 * max_connections`` updates are looked at. Unlike on api.telegram.org plain http is allowed,
as on a local Bot API server.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from .backlog import Backlog
from .clock import Clock
from .params import Params
from .schedule import Schedule
from .update import QueueKey, Update
from .wire import ApiError, JsonObject

DEFAULT_CONNECTIONS = 40
MAX_CONNECTIONS = 100
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_NEVER_FROM_WEBHOOK = frozenset({"deletewebhook", "setwebhook", "close", "logout"})

Execute = Callable[[str, Params], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret_token: str
    max_connections: int
    certificate: bool
    ip_address: str

    @classmethod
    def of(cls, params: Params) -> Webhook:
        webhook = cls(
            url=params.text("url"),
            secret_token=params.text("secret_token"),
            max_connections=params.integer("max_connections", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
            certificate=params.upload("certificate") is not None,
            ip_address=params.text("ip_address"),
        )
        webhook._check()
        return webhook

    def _check(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ApiError.bad_request("invalid webhook URL specified")
        if len(self.secret_token) > 256:
            raise ApiError.bad_request("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", self.secret_token):
            raise ApiError.bad_request("secret token contains unallowed characters")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """``error`` is empty for an update the webhook took."""

    summary: str
    error: str = ""
    retry_after: int = 0
    call: JsonObject | None = None


class Courier:
    def __init__(self, backlog: Backlog, clock: Clock, schedule: Schedule, rng: random.Random) -> None:
        self._backlog = backlog
        self._clock = clock
        self._schedule = schedule
        self._rng = rng
        self._session: aiohttp.ClientSession | None = None
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._flights: dict[QueueKey, tuple[Update, asyncio.Task[None]]] = {}
        self._last_error = ""
        self._last_error_date = 0
        self.webhook: Webhook | None = None
        self.execute: Execute | None = None
        backlog.on_push.append(self._wake.set)

    async def start(self) -> None:
        timeout = self._clock.real(self._schedule.response_timeout)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(sock_connect=timeout, sock_read=timeout),
            skip_auto_headers=("User-Agent", "Accept"),
        )
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        self._ground()
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop
        if self._session is not None:
            await self._session.close()

    def set(self, webhook: Webhook | None) -> bool:
        """Whether anything changed; what was on its way starts over at the new webhook."""
        if webhook == self.webhook:
            return False
        self.webhook = webhook
        self._last_error, self._last_error_date = "", 0
        self._ground()
        self._backlog.restart()
        self._wake.set()
        return True

    def info(self) -> JsonObject:
        webhook = self.webhook
        result: JsonObject = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": bool(webhook and webhook.certificate),
            "pending_update_count": len(self._backlog.pending),
        }
        if webhook is None:
            return result
        result["max_connections"] = webhook.max_connections
        if webhook.ip_address:
            result["ip_address"] = webhook.ip_address
        if self._last_error:
            result["last_error_date"] = self._last_error_date
            result["last_error_message"] = self._last_error
        return result

    def _ground(self) -> None:
        for _, task in self._flights.values():
            task.cancel()
        self._flights.clear()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            wait = self._dispatch()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    def _dispatch(self) -> float | None:
        """Send what is due; the real seconds until something else will be, if nothing changes."""
        if self.webhook is None:
            return None
        now = self._clock.now()
        for update in self._heads(self.webhook.max_connections):
            if len(self._flights) >= self.webhook.max_connections:
                return None
            if update.wakeup_at > now:
                return self._clock.real(update.wakeup_at - now)
            self._send(update, self.webhook)
        return None

    def _heads(self, connections: int) -> list[Update]:
        """The first update of every queue that is not busy, the longest due first."""
        flying = {id(update) for update, _ in self._flights.values()}
        heads: dict[QueueKey, Update] = {}
        self._backlog.requeue_replays()
        for update in self._backlog.oldest(2 * connections, flying):
            heads.setdefault(update.queue, update)
        free = [update for queue, update in heads.items() if queue not in self._flights]
        return sorted(free, key=lambda update: update.wakeup_at)

    def _send(self, update: Update, webhook: Webhook) -> None:
        self._backlog.sent_out(update)
        task = asyncio.create_task(self._fly(update, webhook))
        self._flights[update.queue] = (update, task)

    async def _fly(self, update: Update, webhook: Webhook) -> None:
        outcome = await self._post(update.payload, webhook)
        del self._flights[update.queue]
        if outcome.error:
            self._failed(update, outcome)
        else:
            self._landed(update, outcome)
            await self._call(outcome.call)
        self._wake.set()

    def _landed(self, update: Update, outcome: _Outcome) -> None:
        self._backlog.accepted(update, outcome.summary)
        if update.repeats > 0:
            update.repeats -= 1
        else:
            self._backlog.drop(update)
        self._wake.set()

    def _failed(self, update: Update, outcome: _Outcome) -> None:
        self._last_error, self._last_error_date = outcome.error, int(time.time())
        self._backlog.delivery(update.update_id).outcomes.append(outcome.summary)
        update.resend = self._schedule.after_failure(update.resend, outcome.retry_after, self._rng)
        update.wakeup_at = self._clock.now() + update.resend.wait
        if update.wakeup_at > update.expires_at:
            self._backlog.drop(update)

    async def _post(self, payload: JsonObject, webhook: Webhook) -> _Outcome:
        assert self._session is not None
        headers = {"Accept-Encoding": "gzip, deflate"}
        if webhook.secret_token:
            headers[SECRET_HEADER] = webhook.secret_token
        try:
            async with self._session.post(
                webhook.url, json=payload, headers=headers, allow_redirects=False
            ) as response:
                return await _outcome_of(response)
        except TimeoutError:
            return _Outcome("timeout", "Read timeout expired")
        except aiohttp.ClientConnectorError:
            return _Outcome("refused", "Connection refused")
        except (aiohttp.ClientError, OSError):
            return _Outcome("closed", "Webhook connection closed")

    async def _call(self, call: JsonObject | None) -> None:
        """Run the method a webhook answered with; its result goes nowhere."""
        method = str((call or {}).get("method", "")).lower()
        allowed = method and method not in _NEVER_FROM_WEBHOOK and not method.startswith("get")
        if call and allowed and self.execute is not None:
            with suppress(ApiError):
                await self.execute(method, Params.of(call))


async def _outcome_of(response: aiohttp.ClientResponse) -> _Outcome:
    body = await response.read()
    if 200 <= response.status <= 299:
        return _Outcome(str(response.status), call=_call_in(response.content_type, body))
    summary = f"{response.status} {response.reason}"
    retry_after = response.headers.get("Retry-After", "")
    return _Outcome(
        str(response.status),
        f"Wrong response from the webhook: {summary}",
        int(retry_after) if retry_after.isdecimal() else 0,
    )


def _call_in(content_type: str, body: bytes) -> JsonObject | None:
    with suppress(ValueError):
        if content_type == "application/json":
            call = json.loads(body)
            return call if isinstance(call, dict) else None
        if content_type == "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode()))
    return None
