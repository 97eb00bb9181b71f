"""The OpenAPI 3.1 document of the chat API, written by hand; a test calls every route and holds it to this."""

from functools import cache
from typing import Any

from helpdesk.language import LANGUAGES
from helpdesk.message import Author, Outcome

Schema = dict[str, Any]


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with exactly these properties; programs may rely on nothing else being there."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _text(**rules: Any) -> Schema:
    return {"type": "string", **rules}


_NUMBER: Schema = {"type": "integer", "minimum": 0}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_FLAG: Schema = {"type": "boolean"}
_CLIENT_ID = _text(
    pattern="^[\\x21-\\x7e]{1,90}$",
    description="Chosen by the client; the same id again is the same message and is stored once.",
)

_SCHEMAS: dict[str, Schema] = {
    "Language": _text(enum=list(LANGUAGES)),
    "Error": _object({"error": _object({"code": _text(), "message": _text()})}),
    "Opening": _object({}, {"language": _ref("Language")}),
    "Conversation": _object({"conversation_id": _text(), "token": _text()}),
    "SessionOpening": _object({}, {"language": _ref("Language"), "is_embedded": _FLAG}),
    "Session": _object(
        {
            "conversation_id": _MAYBE_TEXT,
            "language": {"oneOf": [_ref("Language"), {"type": "null"}]},
        }
    ),
    "NewMessage": {
        "oneOf": [
            _object(
                {"client_id": _CLIENT_ID, "text": _text(minLength=1, maxLength=4096)},
                {"file_ids": {**_list(_text()), "maxItems": 10}},
            ),
            _object(
                {"client_id": _CLIENT_ID, "file_ids": {**_list(_text()), "minItems": 1, "maxItems": 10}},
            ),
            _object(
                {"client_id": _CLIENT_ID, "button": _text(maxLength=64)},
                {"text": _text(description="The title of the button, as the person read it.")},
            ),
        ]
    },
    "Accepted": _object({"seq": {"type": "integer", "minimum": 1}}),
    "Button": _object({"title": _text(), "payload": _text()}),
    "Source": _object({"title": _text(), "article": _text(), "url": _text(description="Empty or http(s).")}),
    "File": _object({"file_id": _text(), "name": _text(), "media_type": _text(), "size_bytes": _NUMBER}),
    "Message": _object(
        {
            "seq": {"type": "integer", "minimum": 1},
            "author": _text(enum=[str(author) for author in Author]),
            "officer": _MAYBE_TEXT,
            "text": _text(),
            "buttons": _list(_ref("Button")),
            "outcome": {"enum": [*(str(outcome) for outcome in Outcome), None]},
            "article_id": _MAYBE_TEXT,
            "sources": _list(_ref("Source")),
            "ticket": _MAYBE_TEXT,
            "files": _list(_ref("File")),
            "sent_at": _text(format="date-time"),
        }
    ),
    "Standing": _object(
        {
            "holder": _text(enum=["bot", "queue", "officer"]),
            "language": _ref("Language"),
            "ticket": _MAYBE_TEXT,
            "place": _NUMBER,
            "officer": _MAYBE_TEXT,
            "is_typing": _FLAG,
            "hours": _text(),
            "is_reduced": _FLAG,
        }
    ),
    "Messages": _object({"messages": _list(_ref("Message")), "standing": _ref("Standing")}),
    "Understanding": _object(
        {
            "seq": {"type": "integer", "minimum": 1},
            "outcome": _text(enum=[str(outcome) for outcome in Outcome]),
            "language": _ref("Language"),
            "article_id": _MAYBE_TEXT,
            "candidates": _list(_object({"article_id": _text(), "score": {"type": "number"}})),
            "confidence": {"type": "number"},
            "entities": _list(_object({"type": _text(), "value": _text()})),
            "ticket": _MAYBE_TEXT,
            "latency_ms": {"type": "number"},
            "messages": _list(_ref("Message")),
        }
    ),
    "UnderstandingAnswer": _object({"understanding": {"oneOf": [_ref("Understanding"), {"type": "null"}]}}),
    "LanguageChoice": _object({"language": _ref("Language")}),
    "Export": {
        "type": "object",
        "description": "Everything stored about the visitor.",
        "properties": {"conversation_id": _text(), "messages": _list({"type": "object"})},
        "required": ["conversation_id", "messages"],
    },
}


def _content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _body(name: str, is_required: bool = True) -> Schema:
    return {"required": is_required, "content": _content(_ref(name))}


def _answer(description: str, name: str | None = None) -> Schema:
    return {"description": description} | ({"content": _content(_ref(name))} if name else {})


_ERRORS: dict[int, str] = {
    400: "The request is not valid; the code says which part.",
    401: "No token, or one that nobody was given.",
    403: "A cookie was used by a page that is not ours.",
    404: "No such thing, or not yours; the difference is not told.",
    408: "The body arrived too slowly.",
    409: "The state of things does not allow it now.",
    413: "Too large; the sentence names the limit.",
    415: "Not a kind of content that is accepted.",
    429: "Too often; Retry-After says when to come back.",
    503: "Nothing can be stored now; Retry-After says when to come back. Nothing was accepted.",
}


def _errors(*statuses: int) -> dict[str, Schema]:
    return {str(status): _answer(_ERRORS[status], "Error") for status in (*statuses, 429, 503)}


def _operation(name: str, summary: str, answers: dict[str, Schema], **more: Any) -> Schema:
    return {"operationId": name, "summary": summary, "tags": ["chat"], "responses": answers, **more}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_OPEN: list[Schema] = []
_PAGE_HEADER: Schema = {
    "name": "X-ISEC-Client",
    "in": "header",
    "required": True,
    "schema": {"const": "1"},
    "description": "With the cookie, every write needs this header and our own origin.",
}

_WAIT = _query("wait", {"type": "integer", "minimum": 0, "default": 0}, "Seconds to wait, at most 30.")

_PATHS: dict[str, dict[str, Schema]] = {
    "/api/v1/chat/conversations": {
        "post": _operation(
            "openConversation",
            "Open a conversation; keep the token, it is shown once.",
            {"201": _answer("Opened.", "Conversation")} | _errors(400, 408, 413),
            requestBody=_body("Opening", is_required=False),
            security=_OPEN,
        )
    },
    "/api/v1/chat/messages": {
        "post": _operation(
            "sendMessage",
            "Send a text, a text with uploaded files, or a pressed button; 202 once it is stored.",
            {"202": _answer("Stored.", "Accepted")} | _errors(400, 401, 403, 404, 408, 413),
            requestBody=_body("NewMessage"),
        ),
        "get": _operation(
            "readMessages",
            "Messages after a sequence number, at most a few hundred at once; waits for the first one if asked to.",
            {"200": _answer("In order of their sequence numbers, which may have gaps.", "Messages")}
            | _errors(400, 401, 403),
            parameters=[
                _query("after", {"type": "integer", "minimum": 0, "default": 0}, "The last number already seen."),
                _WAIT,
            ],
        ),
    },
    "/api/v1/chat/messages/{seq}/understanding": {
        "get": _operation(
            "readUnderstanding",
            "What a message of the visitor was understood as and what answered it; null while it is being worked on.",
            {"200": _answer("The understanding, or null.", "UnderstandingAnswer")} | _errors(400, 401, 403, 404),
            parameters=[
                {"name": "seq", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}},
                _WAIT,
            ],
        )
    },
    "/api/v1/chat/files": {
        "post": _operation(
            "uploadFile",
            "Upload a file; it reaches the desk with the message that names it.",
            {"201": _answer("Kept.", "File")} | _errors(401, 403, 408, 409, 413, 415),
            requestBody={
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": _object({"file": {"contentMediaType": "application/octet-stream"}})
                    }
                },
            },
        )
    },
    "/api/v1/chat/files/{file_id}": {
        "get": _operation(
            "readFile",
            "A file of the own conversation; pictures inline, everything else as a download.",
            {"200": {"description": "The bytes.", "content": {"*/*": {}}}} | _errors(401, 403, 404),
            parameters=[{"name": "file_id", "in": "path", "required": True, "schema": _text()}],
        )
    },
    "/api/v1/chat/me": {
        "get": _operation(
            "exportData",
            "Everything stored about the visitor.",
            {"200": _answer("A copy.", "Export")} | _errors(401, 403),
        ),
        "delete": _operation(
            "eraseData",
            "Erase the visitor's messages, files and name; not while a ticket is open.",
            {"204": _answer("Erased.")} | _errors(401, 403, 409),
        ),
    },
    "/api/v1/chat/language": {
        "put": _operation(
            "setLanguage",
            "Answer in another language from now on.",
            {"200": _answer("Set.", "LanguageChoice")} | _errors(400, 401, 403, 408, 413),
            requestBody=_body("LanguageChoice"),
        )
    },
    "/chat/session": {
        "post": _operation(
            "openSession",
            "For the chat page: open a conversation whose token stays in an HttpOnly cookie.",
            {"200": _answer("There was one already.", "Session"), "201": _answer("Opened.", "Session")}
            | _errors(400, 403, 408, 413),
            requestBody=_body("SessionOpening", is_required=False),
            parameters=[_PAGE_HEADER],
            security=_OPEN,
        ),
        "get": _operation(
            "readSession",
            "For the chat page: the conversation that the cookie opens, or null.",
            {"200": _answer("The session.", "Session")} | _errors(403),
            security=_OPEN,
        ),
    },
    "/api/v1/openapi.json": {
        "get": _operation(
            "describe",
            "This document.",
            {"200": {"description": "OpenAPI 3.1.", "content": _content({"type": "object"})}} | _errors(),
            security=_OPEN,
        )
    },
}


@cache
def document() -> dict[str, Any]:
    """The whole document, JSON-able; shared between calls and not to be changed."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ISEC quick response: chat",
            "version": "1",
            "description": "Ask the customs of Quang Ninh from a program. Every error is "
            '{"error": {"code", "message"}} with the message in the visitor\'s language.',
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": _PATHS,
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "page": {"type": "apiKey", "in": "cookie", "name": "isec_chat"},
            },
        },
        "security": [{"token": []}, {"page": []}],
    }
