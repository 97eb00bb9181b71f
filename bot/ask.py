"""Asking the running service questions over its public API, as a web visitor does; one JSON object a line out."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp

from helpdesk.error import HelpdeskError, InvalidInput

API = "/api/v1/chat"
LOCAL_HEADER = "X-ISEC-Local"
WAIT_SECONDS = 25
PATIENCE_SECONDS = 60


async def ask_lines(
    base_url: str, lines: Iterator[str], write: Callable[[str], None], parallel: int, headers: dict[str, str]
) -> int:
    """Ask every line, each in a fresh conversation, answers in the order of the questions; returns the exit status.

    `headers` may carry the local key, with which this machine's own questions are not rate-limited.
    """
    async with aiohttp.ClientSession(base_url, headers=headers) as session:
        slots = asyncio.Semaphore(max(1, parallel))
        tasks = [asyncio.create_task(_ask_line(session, line, slots)) for line in lines]
        status = 0
        for task in tasks:
            answer = await task
            status = status or int("error" in answer)
            write(json.dumps(answer, ensure_ascii=False))
        return status


async def _ask_line(session: aiohttp.ClientSession, line: str, slots: asyncio.Semaphore) -> dict[str, Any]:
    async with slots:
        identity: Any = None
        try:
            question = json.loads(line)
            identity = question["id"]
            turns = question["turns"] if "turns" in question else [question["text"]]
            answers = await _converse(session, turns)
        except (ValueError, KeyError, TypeError):
            return {"id": identity, "error": 'each line needs "id" and "text" or "turns"'}
        except aiohttp.ClientConnectionError:
            return {"id": identity, "error": f"nothing answers at {session._base_url}; start it with make run"}
        except (HelpdeskError, aiohttp.ClientError, TimeoutError) as problem:
            return {"id": identity, "error": str(problem) or "no answer in time"}
        return {"id": identity, "turns": answers} if "turns" in question else {"id": identity, **answers[0]}


async def _converse(session: aiohttp.ClientSession, turns: list[str]) -> list[dict[str, Any]]:
    opened = await _call(session, "POST", f"{API}/conversations", {})
    headers = {"Authorization": f"Bearer {opened['token']}"}
    return [await _turn(session, headers, number, text) for number, text in enumerate(turns)]


async def _turn(session: aiohttp.ClientSession, headers: dict[str, str], number: int, text: str) -> dict[str, Any]:
    body = {"client_id": f"ask-{number}", "text": text}
    sent = await _call(session, "POST", f"{API}/messages", body, headers)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            path = f"{API}/messages/{sent['seq']}/understanding?wait={WAIT_SECONDS}"
            found = (await _call(session, "GET", path, None, headers))["understanding"]
            if found is not None:
                return _answer(found)


def _answer(found: dict[str, Any]) -> dict[str, Any]:
    """The line's answer: what was understood, with the replies joined to one text."""
    messages = found.pop("messages")
    found.pop("seq")
    sources = [source for message in messages for source in message["sources"]]
    return found | {"text": "\n\n".join(message["text"] for message in messages), "sources": sources}


async def _call(
    session: aiohttp.ClientSession,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    while True:
        async with session.request(method, path, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            if response.status < 300:
                return answer
            if response.status in (429, 503):
                await asyncio.sleep(float(response.headers.get("Retry-After", "1")))
                continue
            raise InvalidInput(str(answer.get("error", {}).get("message", response.status)))
