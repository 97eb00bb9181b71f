import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_base import shelf
from knowledge_base.objection import is_objection

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "text",
    [
        "không phải",
        "Không phải cái này ạ",
        "khong phai cai do",
        "sai rồi",
        "Dạ chưa đúng ạ!",
        "trả lời sai rồi ad ơi",
        "không đúng ý tôi",
        "câu trả lời không hữu ích",
        "ko lien quan",
        "em không hỏi cái này",
        "tôi vẫn không hiểu",
        "doc khong hieu gi ca",
        "khó hiểu quá ạ",
        "I don't understand",
        "看不懂",
        "wrong",
        "Wrong answer.",
        "that's not what I asked",
        "No, that is not it",
        "not helpful",
        "this isn't right",
        "不对",
        "不是这个",
        "答非所问",
        "你答错了",
        "这个不是我要问的",
    ],
)
def test_what_says_only_that_an_answer_is_not_it(text: str) -> None:
    assert is_objection(text)


@pytest.mark.parametrize(
    "text",
    [
        "không",
        "no",
        "khai sai mã HS rồi thì sao",
        "sai tên người nhận",
        "không đúng thời hạn thì phạt bao nhiêu",
        "tờ khai sai",
        "không hiểu sao tờ khai vào luồng đỏ",
        "I don't understand why my goods are held",
        "không phải nộp thuế à?",
        "không phải nộp phí",
        "cái này không phải hàng cấm",
        "wrong HS code, what now",
        "is it not right?",
        "不对的话怎么办",
        "申报错了",
        "",
    ],
)
def test_what_says_more_or_something_else_is_a_message_like_any_other(text: str) -> None:
    assert not is_objection(text)


def test_no_question_of_the_articles_or_of_those_who_tuned_it_is_one() -> None:
    assert [text for text in asked() if is_objection(text)] == []


def asked() -> Iterator[str]:
    for article in shelf.articles():
        for content in (article.vi, article.en, article.zh):
            yield from content.questions
    for path in sorted((ROOT / "tests/data/understanding/tune").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from row.get("turns", [row.get("text", "")])
