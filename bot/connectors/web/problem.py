"""What goes wrong at the edge of the web: a code for programs, a sentence for people, an HTTP status for both."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from aiohttp import web

from bot.connectors.web.security import API_HEADERS
from helpdesk.error import Conflict, HelpdeskError, InvalidInput, NotFound, Unavailable
from helpdesk.filestore import FileRefused
from helpdesk.language import DEFAULT_LANGUAGE, Language, as_language
from helpdesk.wording import say

RETRY_AFTER_SECONDS = 5

LANGUAGE: web.RequestKey[Language] = web.RequestKey("language", str)  # type: ignore[arg-type]
"""The language to speak to whoever made a request."""


class ProblemError(HelpdeskError):
    """A request that is answered with an error.

    Attributes:
        code: a key of `problem.toml`.
        values: the blanks of its sentence.
        retry_after: seconds after which another try may succeed; becomes the header Retry-After.
    """

    def __init__(self, status: int, code: str, retry_after: int | None = None, **values: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.values = values


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Every sentence by code, then by language."""
    return tomllib.loads(resources.files(__package__).joinpath("problem.toml").read_text(encoding="utf-8"))


def preferred_language(header: str | None) -> Language:
    """The first served language of an Accept-Language header; weights are taken to follow the order."""
    for part in (header or "")[:200].split(","):
        language = as_language(part.split(";")[0].strip())
        if language is not None:
            return language
    return DEFAULT_LANGUAGE


def problem_of(error: HelpdeskError, language: Language) -> tuple[ProblemError, str]:
    """The problem that an error of the desk is to a web client, and its sentence."""
    if isinstance(error, FileRefused):
        status = 413 if error.code == "too_large" else 415
        return ProblemError(status, f"file_{error.code}"), say(language, f"file.{error.code}", **error.values)
    if isinstance(error, ProblemError):
        problem = error
    elif isinstance(error, NotFound):
        problem = ProblemError(404, "not_found")
    elif isinstance(error, Conflict):
        return ProblemError(409, "ticket_open"), say(language, "service.forget_open", number=str(error))
    elif isinstance(error, Unavailable):
        problem = ProblemError(503, "unavailable", RETRY_AFTER_SECONDS)
    elif isinstance(error, InvalidInput):
        problem = ProblemError(400, "invalid")
    else:
        problem = ProblemError(500, "failure")
    return problem, sentences()[problem.code][language].format(**problem.values)


def problem_response(error: HelpdeskError, language: Language) -> web.Response:
    """An error as JSON: {"error": {"code", "message"}}."""
    problem, sentence = problem_of(error, language)
    headers = dict(API_HEADERS)
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"error": {"code": problem.code, "message": sentence}}
    return web.json_response(body, status=problem.status, headers=headers)
