"""The web channel as the desk sees it: a connector whose clients fetch their messages themselves."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from pathlib import Path

import structlog
from aiohttp import web

from bot.connectors.web.access import Access, ClientAddress, peer_address
from bot.connectors.web.api import CHANNEL, ChatApi
from bot.connectors.web.limit import RateLimits
from bot.connectors.web.page import ChatPage
from bot.connectors.web.parser import MAX_TEXT
from bot.connectors.web.security import checked_origins
from bot.connectors.web.upload import PendingUploads
from helpdesk.connector import Limits, Outgoing, Receive
from helpdesk.filestore import FileRefused, FileStore
from helpdesk.visitor import VisitorDesk

SWEEP_SECONDS = 3600.0
MAX_FILE_BYTES = 20 * 1024 * 1024

_log = structlog.get_logger()


class WebConnector:
    """The chat page, the widget and the chat API.

    Args:
        desk: the desk as a visitor sees it.
        files: where uploaded bytes are kept.
        uploads_folder: where uploads that are not sent yet are remembered; made when it is missing.
        embed_origins: origins that may show the page in a frame, e.g. `https://haiquan.quangninh.gov.vn`.
        is_secure: people reach the page over https, so the cookie is for https only.
        rate_limits: how often addresses and visitors may ask.
        client_address: the address to hold a request against (behind a proxy: what the proxy says); None = unlimited.
        max_file_bytes: size above which an upload is refused; the same as the file store's.
        clock: seconds, monotonic, for the rate limits.

    Raises InvalidInput for an origin that is none.
    """

    name = CHANNEL
    limits = Limits(text=MAX_TEXT)
    is_pulled = True

    def __init__(
        self,
        desk: VisitorDesk,
        files: FileStore,
        uploads_folder: Path,
        *,
        embed_origins: Iterable[str] = (),
        is_secure: bool = False,
        rate_limits: RateLimits | None = None,
        client_address: ClientAddress = peer_address,
        max_file_bytes: int = MAX_FILE_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._files = files
        self._uploads = PendingUploads(uploads_folder)
        access = Access(desk, rate_limits or RateLimits(), client_address, is_secure, clock)
        self._api = ChatApi(desk, files, self._uploads, access, max_file_bytes)
        self._page = ChatPage(checked_origins(embed_origins), max_file_bytes)
        self._sweeping: asyncio.Task[None] | None = None

    def install(self, app: web.Application) -> None:
        """Add every route of the channel to the public application."""
        app.add_routes([*self._page.routes(), *self._api.routes()])

    async def start(self, receive: Receive) -> None:
        """Accept messages from now on; before, clients are told to come back."""
        self._api.receive = receive
        self._sweeping = asyncio.create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        """Accept no more, and let everybody go who waits for messages."""
        self._api.receive = None
        self._api.end_waits()
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping

    async def send(self, outgoing: Outgoing) -> str:
        """Nothing to do: the visitor's page fetches its messages."""
        return ""

    async def show_typing(self, address: str) -> None:
        """Nothing to do: the page learns it with its messages."""

    def fetch(self, remote_id: str) -> AsyncIterator[bytes]:
        """Nothing stays at this channel; raises FileRefused."""
        raise FileRefused("gone")

    async def _sweep_for_ever(self) -> None:
        while True:
            for file_id in await asyncio.to_thread(self._uploads.sweep):
                await asyncio.to_thread(self._files.discard, file_id)
                _log.info("upload_never_sent", file_id=file_id)
            await asyncio.sleep(SWEEP_SECONDS)
