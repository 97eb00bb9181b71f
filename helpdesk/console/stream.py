"""Live updates: server-sent events that say only that something has changed; the page then looks at the facts.

An event carries no data, so a lost connection loses nothing: the browser reconnects by itself and looks again.
"""

import asyncio
from contextlib import ExitStack, suppress
from typing import Any

from aiohttp import web

from helpdesk.console.desk import Desk, desk_of
from helpdesk.console.guard import add_headers, find_visit
from helpdesk.console.port import MODELS, QUEUE, Subscription
from helpdesk.error import StorageUnavailable

HEARTBEAT_SECONDS = 20.0
RETRY_MS = 2000


class Streams:
    """The tasks that serve open streams, so that the desk can end them."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()


STREAMS = web.AppKey("streams", Streams)


def presence_key(conversation_id: str) -> str:
    """The key under which signs of other officers in a conversation are notified."""
    return f"presence:{conversation_id}"


async def follow(request: web.Request) -> web.StreamResponse:
    """Stream `changed` events of the queue, with `?conversation=` of one conversation, with `?models=` of models."""
    desk = desk_of(request)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    add_headers(response)
    tasks, task = request.app[STREAMS].tasks, asyncio.current_task()
    if task is not None:
        tasks.add(task)
    try:
        with ExitStack() as stack, suppress(ConnectionResetError):
            subscriptions = [stack.enter_context(desk.subscribe(key)) for key in _keys(request)]
            await response.prepare(request)
            await response.write(f"retry: {RETRY_MS}\n\n".encode())
            await _relay(request, desk, response, subscriptions)
    finally:
        if task is not None:
            tasks.discard(task)
    return response


async def close(app: web.Application) -> None:
    """End every stream, so that the desk can stop at once."""
    for task in tuple(app[STREAMS].tasks):
        task.cancel()


def _keys(request: web.Request) -> list[str]:
    conversation_id = request.query.get("conversation", "")[:32]
    models = [MODELS] if "models" in request.query else []
    return [QUEUE, *models, *([conversation_id, presence_key(conversation_id)] if conversation_id else [])]


async def _relay(
    request: web.Request, desk: Desk, response: web.StreamResponse, subscriptions: list[Subscription]
) -> None:
    """Runs until the browser leaves or the session has ended."""
    while True:
        if await _first(subscriptions):
            await response.write(b"event: changed\ndata: -\n\n")
        elif await _is_over(request, desk):
            await response.write(b"event: changed\ndata: -\n\n")
            return
        else:
            await response.write(b": still here\n\n")


async def _is_over(request: web.Request, desk: Desk) -> bool:
    """True when the session has ended; a database that is away for a while ends nothing."""
    with suppress(StorageUnavailable):
        return await find_visit(request, desk) is None
    return False


async def _first(subscriptions: list[Subscription]) -> bool:
    """True as soon as one of them is notified, False after a heartbeat without news."""
    waits = [asyncio.ensure_future(one.wait(HEARTBEAT_SECONDS)) for one in subscriptions]
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return any(wait.result() for wait in done)
    finally:
        for wait in waits:
            wait.cancel()
