"""A whole desk behind a proxy, and one that somebody only claims to be behind."""

import shutil
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from bot import bootstrap, run
from bot.connectors.web.limit import RateLimits
from bot.settings import Settings

AT_ONCE = RateLimits().openings.burst


@pytest.mark.parametrize(("proxies", "is_limited"), [((), True), (("127.0.0.1",), False)])
async def test_a_forwarded_address_counts_only_from_a_proxy_in_the_settings(
    seeded: Path, tmp_path: Path, unused_tcp_port: int, proxies: tuple[str, ...], is_limited: bool
) -> None:
    """Whoever invents an address for each request is held against their own all the same."""
    settings = Settings(data_dir=tmp_path, port=unused_tcp_port, brain=False, database_url="", trusted_proxies=proxies)
    shutil.copy(seeded, tmp_path / "isec.db")
    answers: Counter[int] = Counter()
    with bootstrap.open_database(settings) as database:
        desk = bootstrap.build(settings, database)
        await run.start(desk)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session:
            for number in range(AT_ONCE + 30):
                headers = {"X-Forwarded-For": f"203.0.113.{number}"}
                async with session.post("/api/v1/chat/conversations", headers=headers) as response:
                    answers[response.status] += 1
        await run.stop(desk)
    assert set(answers) == ({201, 429} if is_limited else {201})
