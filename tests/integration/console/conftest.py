"""A fresh console for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.console.desk import ConsoleDesk


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[ConsoleDesk]:
    """The console over an empty database."""
    opened = await ConsoleDesk(tmp_path).open()
    yield opened
    await opened.close()
