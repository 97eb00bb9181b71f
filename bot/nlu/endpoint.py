"""Where the desk runs actions, over a connection that stays open.

Rasa opens a connection for every call and sends the dialogue's events with each; our actions read no more than the
latest message and the slots.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig


class DeskEndpoint(EndpointConfig):
    """The action endpoint at `url`; `token` is what the desk wants to see in `header`."""

    def __init__(self, url: str, header: str, token: str) -> None:
        super().__init__(url, headers={header: token}, enable_selective_domain=True)
        self._session: Optional[aiohttp.ClientSession] = None

    async def request(
        self,
        method: str = "post",
        subpath: Optional[str] = None,
        content_type: Optional[str] = "application/json",
        compress: bool = False,
        json: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> Any:
        """The parsed answer to an action call; raises ClientResponseError for a refusal, aiohttp's errors else."""
        call = dict(json or {})
        call["tracker"] = {**call.get("tracker", {}), "events": []}
        async with self._opened().post(self.url, json=call) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, await response.text())
            return await response.json()

    async def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """The one session, made when the event loop that it belongs to runs."""
        if self._session is None or self._session.closed:
            self._session = self.session()
        return self._session
