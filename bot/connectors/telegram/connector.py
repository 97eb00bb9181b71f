"""The Telegram connector: updates in by long polling or webhook, messages out with escaped HTML."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.connectors.telegram.text import LIMITS, as_html, as_plain
from bot.connectors.telegram.update import CHANNEL, read, shelve
from helpdesk.connector import Outgoing, OutgoingFile, Receive
from helpdesk.error import (
    DeliveryError,
    MarkupRefused,
    RetryLater,
    StorageUnavailable,
    Undeliverable,
)
from helpdesk.filestore import FileRefused
from helpdesk.inbox import Incoming, Kind
from helpdesk.language import LANGUAGES
from helpdesk.message import Button
from helpdesk.wording import say

log = structlog.get_logger(__name__)

ROUTE = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_UPDATE = 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
POLL_SECONDS = 25
RETRY_SECONDS = 3.0
SHORT_TITLE = 18
UNPARSED = ("can't parse entities", "unsupported start tag", "can't find end tag")


class TelegramConnector:
    """Implements `helpdesk.connector.Connector` for one bot."""

    name = CHANNEL
    limits = LIMITS
    is_pulled = False

    def __init__(
        self,
        token: str,
        clock: Callable[[], datetime],
        api_url: str = "https://api.telegram.org",
        webhook_url: str = "",
        secret: str = "",
    ) -> None:
        """`webhook_url` (https) switches from polling to webhook; then `secret` is what Telegram must repeat."""
        base = api_url.rstrip("/")
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(connection_pool_size=16, read_timeout=20, connect_timeout=5, pool_timeout=10),
        )
        self._clock = clock
        self._webhook_url = webhook_url
        self._secret = secret
        self._receive: Receive | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # -- life

    async def start(self, receive: Receive) -> None:
        """Begin to accept updates; Telegram being away is retried in the background, never fatal."""
        self._receive = receive
        self._spawn(self._listen())

    async def stop(self) -> None:
        """Stop accepting; updates not yet stored stay with Telegram."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bot.shutdown()

    def install(self, app: web.Application) -> None:
        """Add the webhook route."""
        app.router.add_post(ROUTE, self._on_webhook)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self) -> None:
        await self._until_done(self._bot.initialize, "telegram.initialize")
        self._spawn(self._publish_commands())
        if self._webhook_url:
            await self._until_done(self._set_webhook, "telegram.set_webhook")
        else:
            await self._until_done(self._bot.delete_webhook, "telegram.delete_webhook")
            await self._poll()

    async def _until_done(self, call: Callable[[], Any], event: str) -> None:
        while True:
            try:
                await call()
                return
            except InvalidToken:
                log.error("telegram.token_refused", mend="check ISEC_TELEGRAM_TOKEN")
                await asyncio.sleep(60)
            except TelegramError as error:
                log.warning(event, error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _set_webhook(self) -> None:
        await self._bot.set_webhook(
            f"{self._webhook_url.rstrip('/')}{ROUTE}", secret_token=self._secret, allowed_updates=Update.ALL_TYPES
        )

    async def _publish_commands(self) -> None:
        names = ("help", "officer", "language", "mydata", "forget")
        for language in LANGUAGES:
            commands = [BotCommand(name, say(language, f"command.{name}")) for name in names]
            try:
                await self._bot.set_my_commands(commands, language_code=None if language == "vi" else language)
            except TelegramError as error:
                log.info("telegram.commands_not_set", error=type(error).__name__)

    # -- in

    async def _poll(self) -> None:
        offset = 0
        while True:
            try:
                for raw in await self._fetch_updates(offset):
                    update_id = int(raw["update_id"])
                    await self._store(self._read(raw, update_id))
                    offset = update_id + 1
            except StorageUnavailable:
                # the offset was not moved, so Telegram keeps what we could not store
                log.warning("telegram.storage_unavailable")
                await asyncio.sleep(1.0)
            except Conflict:
                log.error("telegram.conflict", mend="another program polls with this token; stop it")
                await asyncio.sleep(RETRY_SECONDS)
            except TelegramError as error:
                log.warning("telegram.poll_failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _fetch_updates(self, offset: int) -> list[dict[str, Any]]:
        """Waiting updates as they are: one that the library cannot parse must not hold up those after it."""
        asked = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": Update.ALL_TYPES}
        # Telegram's method names ignore case; spelt so, the library hands over the answer without parsing it
        found: list[dict[str, Any]] = await self._bot.do_api_request(
            "getupdates", api_kwargs=asked, read_timeout=POLL_SECONDS + 10
        )
        return found

    async def _on_webhook(self, request: web.Request) -> web.Response:
        told = request.headers.get(SECRET_HEADER, "")
        if not self._secret or not hmac.compare_digest(told.encode(), self._secret.encode()):
            return web.Response(status=401)
        try:
            raw = json.loads(await request.clone(client_max_size=MAX_UPDATE).read())
            update_id = int(raw["update_id"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return web.Response(status=400)
        try:
            await self._store(self._read(raw, update_id))
        except StorageUnavailable:
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response()

    def _read(self, raw: dict[str, Any], update_id: int) -> Incoming:
        at = self._clock()
        try:
            return read(Update.de_json(raw, self._bot), at)
        except Exception as error:  # a poison update must be kept and acknowledged, or Telegram blocks that chat
            log.error("telegram.unreadable", update=update_id, error=type(error).__name__)
            return shelve(update_id, raw, at)

    async def _store(self, incoming: Incoming) -> None:
        if self._receive is None:
            raise StorageUnavailable("the desk is still starting")
        await self._receive(incoming)
        if incoming.kind is Kind.BUTTON:
            self._spawn(self._acknowledge(incoming.external_id[1:]))

    async def _acknowledge(self, query_id: str) -> None:
        """Stop the button's spinner; Telegram forgets old presses, which is no trouble."""
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            log.debug("telegram.press_not_acknowledged", error=type(error).__name__)

    # -- out

    async def send(self, outgoing: Outgoing) -> str:
        """Send text with buttons, then files; returns the last message's id."""
        try:
            message_id = await self._send_text(outgoing) if outgoing.text else 0
            for file in outgoing.files:
                message_id = await self._send_file(outgoing.address, file)
        except TelegramError as error:
            raise _translated(error) from error
        return str(message_id)

    async def show_typing(self, address: str) -> None:
        """Show "typing" in the chat."""
        try:
            await self._bot.send_chat_action(int(address), ChatAction.TYPING)
        except TelegramError as error:
            raise _translated(error) from error

    async def fetch(self, remote_id: str) -> AsyncIterator[bytes]:
        """The bytes of a file that a contact sent."""
        try:
            facts = await self._bot.get_file(remote_id)
            if (facts.file_size or 0) > MAX_DOWNLOAD:
                raise FileRefused("too_large", limit_mb=MAX_DOWNLOAD // 1024**2)
            yield bytes(await facts.download_as_bytearray())
        except BadRequest as error:
            if "too big" in str(error).lower():
                raise FileRefused("too_large", limit_mb=MAX_DOWNLOAD // 1024**2) from error
            raise FileRefused("gone") from error
        except TelegramError as error:
            raise _translated(error) from error

    async def _send_text(self, outgoing: Outgoing) -> int:
        sent = await self._bot.send_message(
            int(outgoing.address),
            as_plain(outgoing) if outgoing.is_plain else as_html(outgoing),
            parse_mode=None if outgoing.is_plain else ParseMode.HTML,
            reply_markup=keyboard(outgoing.buttons),
        )
        return sent.message_id

    async def _send_file(self, address: str, file: OutgoingFile) -> int:
        content = await asyncio.to_thread(Path(file.path).read_bytes)
        sent = await self._bot.send_document(int(address), content, filename=file.attachment.name, write_timeout=60)
        return sent.message_id


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """Short titles two in a row, long ones alone."""
    if not buttons:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        made = InlineKeyboardButton(button.title, callback_data=button.payload)
        is_short = len(button.title) <= SHORT_TITLE
        if is_short and rows and len(rows[-1]) == 1 and len(rows[-1][0].text) <= SHORT_TITLE:
            rows[-1].append(made)
        else:
            rows.append([made])
    return InlineKeyboardMarkup(rows)


def _translated(error: TelegramError) -> DeliveryError:
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return RetryLater("Telegram asks to wait", after.total_seconds() if isinstance(after, timedelta) else after)
    if isinstance(error, Forbidden):
        return Undeliverable("the person has blocked the bot or left", is_blocked=True)
    if isinstance(error, BadRequest):
        if any(words in str(error).lower() for words in UNPARSED):
            return MarkupRefused(str(error))
        return Undeliverable(f"Telegram refuses this message: {error}")
    if isinstance(error, NetworkError):
        return DeliveryError("Telegram does not answer")
    return DeliveryError(f"Telegram: {error}")
