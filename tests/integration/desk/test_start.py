"""A desk whose database goes away while it starts."""

import asyncio
import shutil
from pathlib import Path

import aiohttp

from bot import bootstrap, run
from bot.settings import Settings
from tests.waiting import eventually


async def test_a_database_that_goes_away_during_the_start_is_waited_for(
    seeded: Path, tmp_path: Path, unused_tcp_port: int
) -> None:
    settings = Settings(data_dir=tmp_path, port=unused_tcp_port, brain=False, database_url="")
    file, elsewhere = tmp_path / "isec.db", tmp_path / "elsewhere.db"
    shutil.copy(seeded, file)
    with bootstrap.open_database(settings) as database:
        desk = bootstrap.build(settings, database)
        database.engine.dispose()
        file.rename(elsewhere)
        file.mkdir()
        starting = asyncio.create_task(run.start(desk))
        async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session:
            await eventually(lambda: _answers(session, "/readyz", 503))
            await asyncio.sleep(2 * run.STORAGE_RETRY_SECONDS)
            assert not starting.done()
            assert await _answers(session, "/healthz", 200)
            file.rmdir()
            elsewhere.rename(file)
            await starting
            assert await _answers(session, "/readyz", 200)
        await run.stop(desk)


async def _answers(session: aiohttp.ClientSession, path: str, status: int) -> bool:
    try:
        async with session.get(path) as response:
            return response.status == status
    except aiohttp.ClientError:
        return False
