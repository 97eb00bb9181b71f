"""The action endpoint: rasa_sdk's executor behind a loopback route, so that actions run inside the desk."""

import asyncio
import hmac
import secrets
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

if TYPE_CHECKING:
    from rasa_sdk.executor import ActionExecutor

log = structlog.get_logger(__name__)

TOKEN_HEADER = "X-ISEC-Action-Token"
MAX_BODY = 4 * 1024 * 1024


class ActionEndpoint:
    """Serves Rasa's action calls on 127.0.0.1."""

    def __init__(self, port: int, package: str = "actions") -> None:
        self._wanted_port = port
        self._package = package
        self._executor: ActionExecutor | None = None
        self._runner: web.AppRunner | None = None
        self.token = secrets.token_urlsafe(24)
        self.port = port

    @property
    def url(self) -> str:
        """Where Rasa finds the endpoint; valid after `start`."""
        return f"http://127.0.0.1:{self.port}/webhook"

    async def start(self) -> None:
        """Listen on the loopback interface."""
        self._executor = await asyncio.to_thread(_executor_of, self._package)
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post("/webhook", self._run)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._wanted_port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _run(self, request: web.Request) -> web.Response:
        from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

        assert self._executor is not None  # nothing listens before `start` has loaded it
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return web.json_response({"error": "wrong token"}, status=401)
        # our actions need no domain, and Rasa 3.6 does not know the newer SDK's way of asking for one
        call: dict[str, Any] = {"domain": {}} | await request.json()
        try:
            result = await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            return web.json_response({"error": str(rejection), "action_name": rejection.action_name}, status=400)
        except ActionNotFoundException as missing:
            log.error("action.missing", action=missing.action_name)
            return web.json_response({"error": str(missing), "action_name": missing.action_name}, status=404)
        return web.json_response(result.model_dump() if result else {})


def _executor_of(package: str) -> "ActionExecutor":
    """Actions ready to run; loaded late, because the SDK brings a whole web server along that is of no use here."""
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package(package)
    return executor
