"""The OpenAPI document against the running server: every operation is called, every body held to its schema."""

from typing import Any

from aiohttp import FormData
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from bot.connectors.web.openapi import document
from tests.integration.web.conftest import Site
from tests.integration.web.test_session import own

PDF = b"%PDF-1.7\nbody\n%%EOF\n"


class Recorder:
    """Calls operations by their template and checks what goes out and what comes back."""

    def __init__(self, site: Site, token: str) -> None:
        self.site = site
        self.token = token
        self.called: set[tuple[str, str, str]] = set()

    async def __call__(
        self, method: str, template: str, status: int, path: str | None = None, query: str = "", **more: Any
    ) -> Any:
        operation = document()["paths"][template][method]
        if "json" in more and status < 400:
            check(more["json"], operation["requestBody"]["content"]["application/json"]["schema"])
        target = (path or template) + query
        found, body = await self.site.call(method.upper(), target, more.pop("token", self.token), **more)
        assert found == status, body
        answer = operation["responses"][str(status)]
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema is not None:
            check(body, schema)
        self.called.add((method, template, str(status)))
        return body


def check(value: object, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": document()["components"]}).validate(value)


def successes() -> set[tuple[str, str, str]]:
    return {
        (method, template, status)
        for template, operations in document()["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
        if status.startswith("2")
    }


def test_the_document_is_openapi() -> None:
    validate(document())


async def test_the_document_is_served(site: Site) -> None:
    assert await site.call("GET", "/api/v1/openapi.json") == (200, document())


async def test_every_public_route_is_described(site: Site) -> None:
    prefixes = ("/api/", "/chat/session")
    routes = {
        (route.method.lower(), route.resource.canonical)
        for route in site.client.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith(prefixes) and route.method != "HEAD"
    }
    assert routes == {(method, template) for method, template, _ in successes()}


async def test_every_operation_keeps_its_word(site: Site) -> None:
    opening = "/api/v1/chat/conversations"
    _, opened = await site.call("POST", opening, json={"language": "vi"})
    call = Recorder(site, opened["token"])
    messages, me, language = "/api/v1/chat/messages", "/api/v1/chat/me", "/api/v1/chat/language"
    await call("post", opening, 201, json={"language": "vi"})
    await call("post", opening, 400, json={"language": "fr"})
    await call("put", language, 200, json={"language": "en"})
    await call("put", language, 400, json={"language": "fr"})
    form = FormData()
    form.add_field("file", PDF, filename="tờ khai.pdf")
    kept = await call("post", "/api/v1/chat/files", 201, data=form)
    await call("post", "/api/v1/chat/files", 415, data=b"x")
    await call("post", messages, 202, json={"client_id": "1", "text": "sources"})
    await call("post", messages, 202, json={"client_id": "2", "text": "x", "file_ids": [kept["file_id"]]})
    await call("post", messages, 202, json={"client_id": "3", "button": "part:a:fee", "text": "Phí"})
    await call("post", messages, 404, json={"client_id": "4", "file_ids": ["f" * 32]})
    await call("post", messages, 413, json={"client_id": "5", "text": "x" * 5000})
    await call("post", messages, 401, token="A" * 43, json={"client_id": "1", "text": "x"})
    found = await call("get", messages, 200, query="?after=0&wait=1")
    assert found["messages"]
    await call("get", messages, 400, query="?after=x")
    template = "/api/v1/chat/messages/{seq}/understanding"
    answer = await call("get", template, 200, f"{messages}/1/understanding", "?wait=5")
    assert answer["understanding"]["messages"]
    await call("get", template, 404, f"{messages}/999/understanding")
    file_template = "/api/v1/chat/files/{file_id}"
    assert await call("get", file_template, 200, f"/api/v1/chat/files/{kept['file_id']}") == PDF
    await call("get", file_template, 404, f"/api/v1/chat/files/{'f' * 32}")
    await call("get", me, 200)
    await call("delete", me, 204)
    await call("get", "/api/v1/openapi.json", 200)
    await call("get", "/chat/session", 200, token=None)
    await call("post", "/chat/session", 403, token=None, json={})
    await call("post", "/chat/session", 201, token=None, json={"language": "zh"}, headers=own(site))
    await call("post", "/chat/session", 200, token=None, json={}, headers=own(site))
    assert successes() - call.called == set()
