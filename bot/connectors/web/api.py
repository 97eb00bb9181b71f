"""The HTTP API for chatting, used by programs and by our own page alike; `openapi` is its description."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.connectors.web.access import Access, Caller, check_page
from bot.connectors.web.openapi import document
from bot.connectors.web.parser import ChatMessage, chat_message, first_file, read_object, whole_number
from bot.connectors.web.problem import LANGUAGE, ProblemError, preferred_language, problem_response
from bot.connectors.web.security import API_HEADERS, FILE_HEADERS
from bot.connectors.web.upload import PendingUploads
from bot.connectors.web.wire import file_json, message_json, standing_json, understanding_json
from helpdesk.connector import OutgoingFile, Receive
from helpdesk.error import HelpdeskError, StorageUnavailable
from helpdesk.filestore import FileStore
from helpdesk.inbox import Incoming, IncomingFile, Kind
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Message
from helpdesk.visitor import Visitor, VisitorDesk

CHANNEL = "web"
MAX_WAIT_SECONDS = 30
MAX_WAITS = 8
"""Open waits a conversation; one more ends the oldest, which then answers that there is nothing new."""

_COMMAND = re.compile(r"/(?:(start|help|officer|language|mydata|forget)( .*)?|[a-z_]{1,32})")
_SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_LARGEST_SEQ = 2**53

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log = structlog.get_logger()


class ChatApi:
    """Handlers of `/api/v1/chat`; one instance a connector.

    Args:
        max_file_bytes: announced size above which an upload is refused unread.
    """

    def __init__(
        self, desk: VisitorDesk, files: FileStore, uploads: PendingUploads, access: Access, max_file_bytes: int
    ) -> None:
        self._desk = desk
        self._files = files
        self._uploads = uploads
        self._access = access
        self._max_file_bytes = max_file_bytes
        self._waits: defaultdict[str, list[asyncio.Task[list[Message]]]] = defaultdict(list)
        self.receive: Receive | None = None

    def routes(self) -> list[web.RouteDef]:
        """Every route, guarded by the address limit and with errors as JSON."""
        base = "/api/v1/chat"
        return [
            web.post(f"{base}/conversations", self._guarded(self.open)),
            web.post("/chat/session", self._guarded(self.open_session)),
            web.get("/chat/session", self._guarded(self.session)),
            web.post(f"{base}/messages", self._guarded(self.send)),
            web.get(f"{base}/messages", self._guarded(self.messages)),
            web.get(f"{base}/messages/{{seq:\\d+}}/understanding", self._guarded(self.understanding)),
            web.post(f"{base}/files", self._guarded(self.upload)),
            web.get(f"{base}/files/{{file_id}}", self._guarded(self.file)),
            web.get(f"{base}/me", self._guarded(self.export)),
            web.delete(f"{base}/me", self._guarded(self.forget)),
            web.put(f"{base}/language", self._guarded(self.set_language)),
            web.get("/api/v1/openapi.json", self._guarded(self.describe)),
        ]

    def end_waits(self) -> None:
        """Answer everybody who waits for messages, so that a stop need not wait for them."""
        for tasks in list(self._waits.values()):
            for task in tasks:
                task.cancel()

    async def open(self, request: web.Request) -> web.Response:
        """POST conversations: a program opens a conversation and keeps its token."""
        self._access.check_opening(request)
        visitor, token = await self._desk.open(await self._asked_language(request))
        return _json({"conversation_id": visitor.conversation_id, "token": token}, 201)

    async def open_session(self, request: web.Request) -> web.Response:
        """POST /chat/session: the page opens its conversation, or finds the one it has."""
        check_page(request)
        self._access.check_opening(request)
        body = await read_object(request)
        known = await self._known(request)
        if known is not None:
            return _json(_session_json(known), 200)
        language = body.get("language")
        visitor, token = await self._desk.open(language if language in LANGUAGES else request[LANGUAGE])
        response = _json(_session_json(visitor), 201)
        self._access.set_cookie(response, token, is_embedded=body.get("is_embedded") is True)
        return response

    async def session(self, request: web.Request) -> web.Response:
        """GET /chat/session: whether the page has a conversation."""
        known = await self._known(request)
        return _json({"conversation_id": None, "language": None} if known is None else _session_json(known), 200)

    async def send(self, request: web.Request) -> web.Response:
        """POST messages: store a message; 202 once it is safe."""
        caller = await self._access.caller(request)
        message = chat_message(await read_object(request))
        if self.receive is None:
            raise StorageUnavailable("the desk does not accept messages yet")
        receipt = await self.receive(await self._incoming(caller.visitor, message))
        return _json({"seq": receipt.seq}, 202)

    async def messages(self, request: web.Request) -> web.Response:
        """GET messages: those after a sequence number, waiting for the first one if asked to."""
        caller = await self._access.caller(request)
        after = whole_number(request, "after", 0, _LARGEST_SEQ)
        wait_seconds = whole_number(request, "wait", 0, MAX_WAIT_SECONDS)
        found = await self._wait(caller.visitor, after, wait_seconds)
        standing = await self._desk.standing(caller.visitor)
        shown = [message_json(message) for message in found if not message.is_private]
        return _json({"messages": shown, "standing": standing_json(standing)}, 200)

    async def understanding(self, request: web.Request) -> web.Response:
        """GET messages/{seq}/understanding: what a message of the visitor was understood as; null while unfinished."""
        caller = await self._access.caller(request)
        seq = min(int(request.match_info["seq"][:20]), _LARGEST_SEQ)
        wait_seconds = whole_number(request, "wait", 0, MAX_WAIT_SECONDS)
        found = await self._desk.understanding(caller.visitor, seq, wait_seconds)
        return _json({"understanding": None if found is None else understanding_json(found)}, 200)

    async def upload(self, request: web.Request) -> web.Response:
        """POST files: keep a file until a message takes it along."""
        caller = await self._access.caller(request, is_upload=True)
        conversation_id = caller.visitor.conversation_id
        await asyncio.to_thread(self._uploads.check_room, conversation_id)
        name, chunks = await first_file(request, self._max_file_bytes)
        file = await self._files.keep(name, chunks)
        await asyncio.to_thread(self._uploads.add, conversation_id, file)
        _log.info("file_uploaded", conversation_id=conversation_id, file_id=file.id, size_bytes=file.size_bytes)
        return _json(file_json(file), 201)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET files/{id}: the bytes, for the owner of the conversation only."""
        caller = await self._access.caller(request)
        return _file_response(await self._desk.file(caller.visitor, request.match_info["file_id"]))

    async def export(self, request: web.Request) -> web.Response:
        """GET me: everything stored about the visitor."""
        caller = await self._access.caller(request)
        response = _json(await self._desk.export(caller.visitor), 200)
        response.headers["Content-Disposition"] = 'attachment; filename="isec-chat.json"'
        return response

    async def forget(self, request: web.Request) -> web.Response:
        """DELETE me: erase the visitor's data and end the page's session."""
        caller: Caller = await self._access.caller(request)
        await self._desk.forget(caller.visitor)
        for file_id in await asyncio.to_thread(self._uploads.forget, caller.visitor.conversation_id):
            await asyncio.to_thread(self._files.discard, file_id)
        response = web.Response(status=204, headers=API_HEADERS)
        self._access.clear_cookie(response)
        return response

    async def set_language(self, request: web.Request) -> web.Response:
        """PUT language: answer in another language from now on."""
        caller = await self._access.caller(request)
        language = _language((await read_object(request)).get("language"))
        await self._desk.set_language(caller.visitor, language)
        return _json({"language": language}, 200)

    async def describe(self, request: web.Request) -> web.Response:
        """GET openapi.json: this API, described."""
        return _json(document(), 200)

    def _guarded(self, handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            request[LANGUAGE] = preferred_language(request.headers.get("Accept-Language"))
            try:
                self._access.check_address(request)
                return await handler(request)
            except HelpdeskError as error:
                return problem_response(error, request[LANGUAGE])

        return guarded

    async def _known(self, request: web.Request) -> Visitor | None:
        try:
            return (await self._access.caller(request)).visitor
        except ProblemError as problem:
            if problem.status == 401:
                return None
            raise

    async def _asked_language(self, request: web.Request) -> str | None:
        language = (await read_object(request)).get("language")
        if language is None and "Accept-Language" not in request.headers:
            return None
        return request[LANGUAGE] if language is None else _language(language)

    async def _incoming(self, visitor: Visitor, message: ChatMessage) -> Incoming:
        files: tuple[IncomingFile, ...] = ()
        if message.file_ids:
            files = await asyncio.to_thread(
                self._uploads.claim, visitor.conversation_id, message.client_id, message.file_ids
            )
        kind = _kind(message)
        return Incoming(
            channel=CHANNEL,
            external_id=f"{visitor.conversation_id}:{message.client_id}",
            address=visitor.conversation_id,
            kind=kind,
            received_at=datetime.now(UTC),
            text=message.text or message.button or "",
            language=visitor.language,
            files=files,
            payload=_facts(message, kind),
        )

    async def _wait(self, visitor: Visitor, after: int, wait_seconds: int) -> list[Message]:
        waits = self._waits[visitor.conversation_id]
        if len(waits) >= MAX_WAITS:
            waits[0].cancel()
        task = asyncio.ensure_future(self._desk.messages(visitor, after, wait_seconds))
        waits.append(task)
        try:
            await asyncio.wait({task})
            return [] if task.cancelled() else task.result()
        finally:
            task.cancel()
            waits.remove(task)
            if not waits:
                self._waits.pop(visitor.conversation_id, None)


def _kind(message: ChatMessage) -> Kind:
    if message.button is not None:
        return Kind.BUTTON
    if message.file_ids:
        return Kind.FILE
    return Kind.COMMAND if _COMMAND.fullmatch(message.text) else Kind.TEXT


def _facts(message: ChatMessage, kind: Kind) -> dict[str, str]:
    if message.button is not None:
        return {"button": message.button}
    if kind is Kind.COMMAND:
        name, _, argument = message.text.removeprefix("/").partition(" ")
        return {"command": name, "argument": argument.strip()}
    return {}


def _language(value: object) -> Language:
    for language in LANGUAGES:
        if value == language:
            return language
    raise ProblemError(400, "bad_field", field="language")


def _session_json(visitor: Visitor) -> dict[str, str]:
    return {"conversation_id": visitor.conversation_id, "language": visitor.language}


def _json(body: object, status: int) -> web.Response:
    return web.json_response(body, status=status, headers=API_HEADERS)


def _file_response(file: OutgoingFile) -> web.FileResponse:
    """A picture to look at, anything else to save; never anything that a browser would run."""
    attachment = file.attachment
    disposition = "inline" if attachment.media_type in _SHOWN_INLINE else "attachment"
    name = quote(attachment.name, safe="")
    headers = FILE_HEADERS | {
        "Content-Type": attachment.media_type,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{name}",
    }
    return web.FileResponse(file.path, headers=headers)
