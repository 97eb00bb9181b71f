import random
from datetime import UTC, datetime, timedelta

from benchmarks.learning_label import Labelled, Reviewers, reordered, shuffled
from bot.learning.digest import key_of
from helpdesk.storage.database import Database

KNOWN = [
    ("hàng luồng đỏ kiểm tra ở đâu", "procedure/channel-red"),
    ("where do I pay the import duty", "procedure/duty"),
    ("红色通道的货物在哪里查验", "procedure/channel-red"),
    ("xin chào", "greet"),
    ("tờ khai [301234567890](declaration) đến đâu rồi", "declaration_status"),
]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_words_are_reordered_and_none_is_lost() -> None:
    text = reordered("where do I pay the import duty", random.Random(1))
    assert text != "where do I pay the import duty"
    assert sorted(text.split()) == sorted(["where", "do", "I", "pay", "the", "import", "duty"])


def test_chinese_is_reordered_by_pairs() -> None:
    text = reordered("红色通道的货物在哪里查验", random.Random(1))
    assert sorted(text) == sorted("红色通道的货物在哪里查验")
    assert " " not in text


def test_too_short_a_text_is_left_out() -> None:
    assert reordered("xin chào", random.Random(1)) == ""
    assert reordered("hello", random.Random(1)) == ""
    assert reordered("你好", random.Random(1)) == ""


def test_new_texts_are_new_and_keep_their_intent() -> None:
    found = shuffled(KNOWN, 10, random.Random(1))
    known = {key_of(text) for text, _ in KNOWN}
    assert {one.target for one in found} == {"procedure/channel-red", "procedure/duty"}
    assert len(found) == 3
    assert known.isdisjoint(key_of(one.text) for one in found)


def test_the_same_dice_give_the_same_texts_and_no_more_than_asked_for() -> None:
    assert shuffled(KNOWN, 2, random.Random(5)) == shuffled(KNOWN, 2, random.Random(5))
    assert len(shuffled(KNOWN, 2, random.Random(5))) == 2


async def test_labels_count_after_the_second_person_and_are_taken_back(sqlite: Database) -> None:
    reviewers = Reviewers(sqlite)
    await reviewers.hire(NOW)
    texts = [Labelled("trả tiền cho nhanh nhé anh", "must_refuse"), Labelled("nhé chào anh buổi sáng", "greet")]
    assert await reviewers.label(texts, NOW + timedelta(minutes=1)) == 2
    held = await sqlite.read(lambda unit: unit.labels.trainable())
    assert {one.intent for one in held} == {"greet", "must_refuse"}
    assert await reviewers.take_back(NOW + timedelta(minutes=2)) == 2
    assert await sqlite.read(lambda unit: unit.labels.trainable()) == []
    assert await reviewers.label(texts[:1], NOW + timedelta(minutes=3)) == 1
