"""What people write, who they are and what opens doors: none of it is in any log, whatever goes wrong."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import aiohttp

from bot.ask import API
from tests.e2e.survival.desk import Mortal, Visitor, is_up, local_headers
from tests.fake_telegram import FakeTelegram, Fault
from tests.waiting import eventually

SEED = "zqseed7f3a"
TOKEN = "123456789:zqseed7f3aTelegramTokenAAAAAAAAAAAA"
DATA = ("isec.db", "files", "uploads", "local.key")
"""Where the seeds may lie: they are the data."""


def logs(data_dir: Path) -> Iterator[Path]:
    for path in data_dir.rglob("*"):
        if path.is_file() and not path.relative_to(data_dir).parts[0].startswith(DATA):
            yield path


async def test_no_seed_is_in_any_log_after_every_path_and_fault(
    desk: Mortal,
    session: aiohttp.ClientSession,
    brain: list[str],
    tmp_path: Path,
    ports: tuple[int, int],
) -> None:
    async with FakeTelegram(TOKEN, factor=50.0) as telegram:
        desk.environment |= {
            "ISEC_TELEGRAM_TOKEN": TOKEN,
            "ISEC_TELEGRAM_API_URL": telegram.url,
            "ISEC_LOG_LEVEL": "debug",
        }
        desk.start()
        await is_up(session)
        session.headers.update(local_headers(tmp_path))
        visitor = await _on_the_web(session, ports[0])
        await _on_telegram(telegram)
        await _with_the_database_locked(session, telegram, visitor, tmp_path)
        await _with_a_refused_token(telegram)
        desk.end()
    told = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in logs(tmp_path)}
    everything = "\n".join(told.values())
    for event in ("brain.unavailable", "turn.failed", "outbox.failed", "telegram.unreadable", "conversation.stalled"):
        assert event in everything, f"{event} did not happen: the test has lost its grip"
    leaks = [line for line in everything.splitlines() if SEED in line.lower() or visitor.token in line]
    assert leaks == []
    assert "Traceback" not in everything


async def _on_the_web(session: aiohttp.ClientSession, port: int) -> Visitor:
    broken = Visitor(session, f"{SEED} broken")
    await broken.open()
    for number in range(1, 7):
        visitor = Visitor(session, "x")
        await visitor.open()
        await visitor.write(f"hỏng {number} {SEED}")
    await broken.write(f"{SEED} honest")
    headers = {"Authorization": f"Bearer {broken.token}"}
    form = aiohttp.FormData()
    form.add_field("file", b"MZ" + SEED.encode() * 99, filename=f"{SEED}.exe")
    async with session.post(f"{API}/files", data=form, headers=headers) as response:
        assert response.status == 415
    for body in (f'{{"client_id": "{SEED}', f'{{"client_id": "{SEED}\\u0000", "text": "{SEED}"}}'):
        async with session.post(f"{API}/messages", data=body.encode(), headers=headers) as response:
            assert response.status == 400
    async with session.get(f"{API}/messages?after={SEED}&token={SEED}", headers=headers) as response:
        assert response.status == 400
    async with session.get(f"/{SEED}/{SEED}") as response:
        assert response.status == 404
    for noise in (f"GET /{SEED} HTTP/1.1\r\n{SEED} {SEED}\r\n\r\n", f"{SEED} / HTTP/1.1\r\n\r\n", f"POST {SEED}"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(noise.encode())
        writer.write_eof()
        await reader.read(1000)
        writer.close()
    return broken


async def _on_telegram(telegram: FakeTelegram) -> None:
    user = telegram.user(77, f"{SEED} Lan", username=f"{SEED}user")
    await user.send_text(f"hỏng 4 {SEED}")
    await user.send_document(b"MZ" + SEED.encode(), f"{SEED}.exe", caption=SEED)
    telegram.inject({"message": {"message_id": SEED, "text": SEED, "chat": SEED}})
    telegram.inject({"update": SEED})
    await telegram.wait_for(77, lambda sent: f"{SEED}.exe" in sent.text, 30)
    other = telegram.user(78, SEED, started=True)
    telegram.fail(
        Fault("sendMessage", chat_id=78, status=400, description=f"Bad Request: {SEED} is not liked", times=1)
    )
    telegram.fail(Fault("sendMessage", chat_id=78, status=502, description=SEED, html=True, times=1))
    await other.send_text(f"{SEED} again")
    await telegram.wait_for(78, lambda sent: f"nghe: {SEED}" in sent.text, 30)


async def _with_the_database_locked(
    session: aiohttp.ClientSession, telegram: FakeTelegram, visitor: Visitor, data_dir: Path
) -> None:
    await visitor.write(f"chậm {SEED} 1")
    with contextlib.closing(sqlite3.connect(data_dir / "isec.db", timeout=5, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        await telegram.user(77).send_text(f"{SEED} while locked")
        headers = {"Authorization": f"Bearer {visitor.token}"}
        body = {"client_id": f"{SEED}9", "text": f"{SEED} locked"}
        async with session.post(f"{API}/messages", json=body, headers=headers) as response:
            assert response.status == 503
        await asyncio.sleep(2.5)  # longer than one try of a turn
        holder.execute("ROLLBACK")

    async def is_answered() -> bool:
        return any("nghe: chậm" in message["text"] for message in await visitor.read())

    await eventually(is_answered)


async def _with_a_refused_token(telegram: FakeTelegram) -> None:
    telegram.fail(Fault("getupdates", status=401, description="Unauthorized", times=1))
    await telegram.user(77).send_text(f"{SEED} wakes the poll")
    await asyncio.sleep(0.5)
