"""A desk of its own for every test, in processes that may be killed."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.survival.desk import Mortal, Nursery, stand_in


@pytest.fixture
def ports(unused_tcp_port_factory: Callable[[], int]) -> tuple[int, int]:
    return unused_tcp_port_factory(), unused_tcp_port_factory()


@pytest.fixture
def environment(tmp_path: Path, ports: tuple[int, int]) -> dict[str, str]:
    port, brain_port = ports
    return {
        "ISEC_DATA_DIR": str(tmp_path),
        "ISEC_PORT": str(port),
        "ISEC_BRAIN": "false",
        "ISEC_BRAIN_PORT": str(brain_port),
        "ISEC_LOG_LEVEL": "error",
    }


@pytest.fixture
async def session(ports: tuple[int, int]) -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=10)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{ports[0]}", timeout=timeout, connector=connector) as opened:
        yield opened


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def desk(nursery: Nursery, environment: dict[str, str], tmp_path: Path) -> Iterator[Mortal]:
    """Not started yet; `environment` may still be changed."""
    made = Mortal(nursery, environment, tmp_path / "desk.log")
    yield made
    made.end()


@pytest.fixture
async def brain(ports: tuple[int, int]) -> AsyncIterator[list[str]]:
    async with stand_in(ports[1]) as heard:
        yield heard
