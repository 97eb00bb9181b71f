from pathlib import Path

import pytest

from bot.connectors.web.connector import WebConnector
from bot.connectors.web.memory import MemoryDesk
from bot.filestore import InMemoryFileStore
from helpdesk.connector import Connector, Outgoing
from helpdesk.error import InvalidInput
from helpdesk.filestore import FileRefused
from helpdesk.message import Author


async def test_the_web_channel_is_a_connector_whose_clients_fetch_for_themselves(tmp_path: Path) -> None:
    with InMemoryFileStore() as files:
        connector: Connector = WebConnector(MemoryDesk(files), files, tmp_path / "uploads")
        assert (connector.name, connector.is_pulled, connector.limits.text) == ("web", True, 4096)
        assert await connector.send(Outgoing("address", Author.BOT, "text")) == ""
        with pytest.raises(FileRefused):
            connector.fetch("anything")


def test_an_embedding_site_that_is_no_origin_is_refused_at_once(tmp_path: Path) -> None:
    with InMemoryFileStore() as files, pytest.raises(InvalidInput, match="no origin"):
        WebConnector(MemoryDesk(files), files, tmp_path, embed_origins=["https://a.vn; script-src *"])
