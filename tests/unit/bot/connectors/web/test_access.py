from unittest.mock import Mock

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.connectors.web.access import address_behind

PROXY, STRANGER = "10.0.0.1", "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "forwarded", "held"),
    [
        (STRANGER, None, STRANGER),
        (STRANGER, "198.51.100.7", STRANGER),
        (STRANGER, PROXY, STRANGER),
        (PROXY, "198.51.100.7", "198.51.100.7"),
        (PROXY, "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (PROXY, "", PROXY),
        (PROXY, None, PROXY),
    ],
)
def test_a_forwarded_address_is_believed_from_a_configured_proxy_alone_and_only_its_last(
    peer: str, forwarded: str | None, held: str
) -> None:
    transport = Mock()
    transport.get_extra_info.side_effect = lambda name, default=None: (peer, 4711) if name == "peername" else default
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers=headers, transport=transport)
    assert address_behind((PROXY,))(request) == held
