import copy
from typing import Any

import pytest

from knowledge_base import shelf
from knowledge_base.article import ArticleProblem, complaints, dump, parse


@pytest.fixture
def document() -> dict[str, Any]:
    """A good article as plain data."""
    return dump(next(article for article in shelf.articles() if article.id == "channel-red"))


def test_an_article_survives_being_stored_and_read(document: dict[str, Any]) -> None:
    assert dump(parse(copy.deepcopy(document), "x")) == document


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("topic",), "weather", "topic"),
        (("confidence",), "Z", "confidence"),
        (("id",), "Not A Slug", "id"),
        (("vi", "answer"), "", "vi.answer"),
        (("zh", "questions"), ["một"], "zh.questions"),
        (("units",), [], "units"),
        (("surprise",), 1, "surprise"),
        (("volatile",), True, "review_by"),
    ],
)
def test_a_wrong_field_is_named_with_the_file_and_the_mend(
    document: dict[str, Any], path: tuple[str, ...], value: object, told: str
) -> None:
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ArticleProblem) as problem:
        parse(document, "channel-red.yaml")
    assert str(problem.value).startswith("channel-red.yaml: ")
    assert told in str(problem.value)
    assert "isec kb check" in str(problem.value)


@pytest.mark.parametrize("field", ["documents", "steps"])
def test_languages_must_have_the_same_items(document: dict[str, Any], field: str) -> None:
    document["en"][field] = [*document["en"][field], "one more"]
    with pytest.raises(ArticleProblem, match="as many items in every language"):
        parse(document, "x")


def test_what_is_unknown_is_unknown_in_every_language(document: dict[str, Any]) -> None:
    document["zh"]["fee"] = None
    with pytest.raises(ArticleProblem, match="known in every language or in none"):
        parse(document, "x")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Xem https://customs.gov.vn/x?y=1.", []),
        ("见https://customs.gov.vn。", []),
        ("Lô dưới 5 tấn, phí < 20.000 đồng, mã A&B, [1] và 2*3.", []),
        ("See https://customs and https://x", ["broken_link"]),
        ("https://x **", ["broken_link", "markup"]),
        ("Nộp <b>ngay</b>", ["markup"]),
        ("[here](https://customs.gov.vn)", ["markup"]),
        ("**Lưu ý**", ["markup"]),
        ("# Bước 1", ["markup"]),
        ("phí &nbsp; lệ phí", ["markup"]),
    ],
)
def test_broken_links_and_markup_are_named_where_they_stand(
    document: dict[str, Any], text: str, kinds: list[str]
) -> None:
    document["en"]["answer"] = text
    assert [(one.field, one.kind) for one in complaints(document)] == [("en.answer", kind) for kind in kinds]
