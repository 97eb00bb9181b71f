import re

import pytest

from bot.connectors.web.problem import ProblemError, preferred_language, problem_of, sentences
from helpdesk.error import Conflict, HelpdeskError, InvalidInput, NotFound, StorageUnavailable
from helpdesk.filestore import FileRefused
from helpdesk.language import LANGUAGES


@pytest.mark.parametrize("code", sorted(sentences()))
def test_every_problem_is_told_in_every_language_with_the_same_blanks(code: str) -> None:
    texts = sentences()[code]
    assert set(texts) == set(LANGUAGES)
    blanks = {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts.values()}
    assert len(blanks) == 1


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "vi"),
        ("", "vi"),
        ("fr-FR,fr;q=0.9", "vi"),
        ("fr, zh-CN;q=0.8, en;q=0.7", "zh"),
        ("EN-gb", "en"),
        ("," * 5000 + "en", "vi"),
    ],
)
def test_the_first_language_we_serve_is_used(header: str | None, language: str) -> None:
    assert preferred_language(header) == language


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("x"), 404, "not_found"),
        (StorageUnavailable("secret path"), 503, "unavailable"),
        (InvalidInput("x"), 400, "invalid"),
        (HelpdeskError("x"), 500, "failure"),
        (FileRefused("markup"), 415, "file_markup"),
        (FileRefused("too_large", limit_mb=20), 413, "file_too_large"),
        (ProblemError(429, "too_fast", 3, seconds=3), 429, "too_fast"),
    ],
)
def test_errors_become_a_status_a_code_and_a_sentence_without_inner_words(
    error: HelpdeskError, status: int, code: str
) -> None:
    problem, sentence = problem_of(error, "en")
    assert (problem.status, problem.code) == (status, code)
    assert "secret" not in sentence
    assert sentence


def test_a_ticket_that_stands_in_the_way_is_named() -> None:
    problem, sentence = problem_of(Conflict("26-0042-7"), "zh")
    assert (problem.status, problem.code) == (409, "ticket_open")
    assert "26-0042-7" in sentence
