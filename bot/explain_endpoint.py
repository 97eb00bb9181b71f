"""Explaining a message to this machine's own command line; for everybody else there is no such address.

POST /api/v1/explain   {"text", "language"?, "after"?}   header X-ISEC-Local
200 a `helpdesk.explanation.Explanation`, 400 not such a request, 404 without the key
"""

from typing import Any

from aiohttp import web
from pydantic import TypeAdapter

from bot.local import is_local
from helpdesk.console.port import Explainer
from helpdesk.error import InvalidInput
from helpdesk.explanation import Explanation
from helpdesk.language import LANGUAGES

PATH = "/api/v1/explain"
EXPLANATION = TypeAdapter(Explanation)


def install(app: web.Application, explainer: Explainer, local_key: str) -> None:
    """Add the address to the public application; nothing of what is asked here is stored or logged."""

    async def explain(request: web.Request) -> web.Response:
        if not is_local(request, local_key) or request.method != "POST":
            raise web.HTTPNotFound
        body = await _body(request)
        text, language, after = body.get("text"), body.get("language"), body.get("after")
        if not isinstance(text, str) or (after is not None and not isinstance(after, str)):
            raise InvalidInput("text must be a string, and after an article's id")
        if language is not None and language not in LANGUAGES:
            raise InvalidInput(f"language must be one of {', '.join(LANGUAGES)}")
        found = await explainer.explain(text, language, after)
        return web.json_response(EXPLANATION.dump_python(found, mode="json"))

    app.router.add_route("*", PATH, explain)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise InvalidInput("JSON is expected") from None
    if not isinstance(body, dict):
        raise InvalidInput("a JSON object is expected")
    return body
