"""kill -9 of the real brain: the conversation goes on, readiness tells, nothing is lost."""

import os
import signal
from pathlib import Path

import aiohttp
import pytest

from bot import bootstrap, model
from bot import settings as configuration
from tests.e2e.survival.desk import Mortal, Visitor, is_up, local_headers
from tests.waiting import eventually, until

QUESTION = "Hủy tờ khai hải quan"
REDUCED = "rút gọn"
KILLS = 2

pytestmark = pytest.mark.brain


async def brain_state(session: aiohttp.ClientSession) -> str:
    async with session.get("/readyz") as response:
        parts = (await response.json())["parts"]
        assert (response.status == 200) == all(state == "ok" for state in parts.values())
        return str(parts["brain"])


async def answers(visitor: Visitor) -> list[str]:
    return [message["text"] for message in await visitor.read() if message["author"] == "bot"]


async def test_a_killed_brain_is_told_replaced_and_nothing_is_lost(
    desk: Mortal, session: aiohttp.ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.current(configuration.ROOT / "models")  # says what to do when there is none
    desk.environment |= {"ISEC_BRAIN": "true", "ISEC_BRAIN_PORT": "0"}
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    settings = configuration.read()
    with bootstrap.open_database(settings) as database:
        bootstrap.seed(settings, database)
    desk.start()
    try:
        await is_up(session)
        session.headers.update(local_headers(tmp_path))
        visitor = Visitor(session, "khách")
        await visitor.open()
        await eventually(lambda: is_ready(session), 120)
        await ask(visitor, is_reduced=False)
        for _ in range(KILLS):
            before = int((tmp_path / "brain.pid").read_text(encoding="ascii"))
            os.kill(before, signal.SIGKILL)
            await ask(visitor, is_reduced=True)
            await eventually(lambda: is_not_ready(session), 20)
            await eventually(lambda: is_ready(session), 120)
            assert int((tmp_path / "brain.pid").read_text(encoding="ascii")) != before
            await ask(visitor, is_reduced=False)
        told = await visitor.read()
        assert [m["text"] for m in told if m["author"] == "contact"] == visitor.taken
        assert len(await answers(visitor)) == len(visitor.taken)
    finally:
        desk.end()
        await until(lambda: is_gone(tmp_path), 20)


async def is_ready(session: aiohttp.ClientSession) -> bool:
    return await brain_state(session) == "ok"


async def is_not_ready(session: aiohttp.ClientSession) -> bool:
    return not await is_ready(session)


async def ask(visitor: Visitor, is_reduced: bool) -> None:
    """Ask what the desk can answer with or without the brain, and see which one it was."""
    await visitor.write(QUESTION)

    async def is_answered() -> bool:
        return len(await answers(visitor)) == len(visitor.taken)

    await eventually(is_answered, 30)
    assert (REDUCED in (await answers(visitor))[-1]) == is_reduced


def is_gone(data_dir: Path) -> bool:
    """The brain leaves by itself when its desk is killed."""
    process = Path("/proc") / (data_dir / "brain.pid").read_text(encoding="ascii")
    return not process.exists() or "(zombie)" in (process / "status").read_text(encoding="ascii")
