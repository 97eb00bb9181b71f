"""Which language a message is in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.language import Code, detect, is_foreign
from knowledge_base.text.normal import strip_marks


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tờ khai luồng đỏ thì làm gì?", "vi"),
        ("tk vang hq y/c bo sung catalog, nop lai trong may ngay", "vi"),
        ("ko biet dang ky kiem hoa o dau", "vi"),
        ("hang ve roi ma chua co C/O form E", "vi"),
        ("form E bản scan thì HQ có accept không hay phải original?", "vi"),
        ("ad check giup em to khai 107123456789", "vi"),
        ("THU TUC NHAP KHAU MAY MOC CU", "vi"),
        ("What documents do I need to import machinery?", "en"),
        ("goods stuck at gate since morning pls help", "en"),
        ("is Form E needed for durian", "en"),
        ("truck 14C-12345 waiting, declaration still yellow", "en"),
        ("Where is the Hải quan Móng Cái office?", "en"),
        ("what does 查验 mean", "en"),
        ("越南海关系统坏了吗", "zh"),
        ("FORM E还没拿到，可以先报关吗", "zh"),
        ("LED灯带的HS编码", "zh"),
        ("報關單退回來怎麼辦", "zh"),
        ("Bac Luan II 口岸周末开吗", "zh"),
        ("cho hỏi 报关 là làm gì vậy", "vi"),
    ],
)
def test_the_language_is_seen(text: str, code: Code) -> None:
    for previous in (None, "vi", "en", "zh"):
        found = detect(text, previous)  # type: ignore[arg-type]
        assert (found.code, found.is_carried) == (code, False)


@pytest.mark.parametrize("previous", ["vi", "en", "zh"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "form e",
        "C/O form E",
        "20bb",
        "107123456789",
        "😀👍",
        "39/2018/TT-BTC",
        "CO",
        "invoice?",
        "...",
        "14C-123.45",
    ],
)
def test_a_message_that_says_nothing_keeps_the_language(text: str, previous: Code) -> None:
    found = detect(text, previous)
    assert (found.code, found.is_carried) == (previous, True)


def test_a_conversation_that_begins_without_a_language_is_vietnamese() -> None:
    assert detect("20BB").code == "vi"


@given(st.text(max_size=300), st.sampled_from([None, "vi", "en", "zh"]))
def test_anything_has_a_language(text: str, previous: Code | None) -> None:
    found = detect(text, previous)
    assert found.code in ("vi", "en", "zh")
    assert 0.5 <= found.confidence <= 1


@pytest.mark.parametrize("unit", ["a", "a1", "http://", "@", "a@", "1+", "a/", "ạ", "报", "form "])
def test_hostile_text_is_read_to_the_end(unit: str) -> None:
    assert detect((unit * 4096)[:4096]).code in ("vi", "en", "zh")


QUESTIONS = Path(__file__).resolve().parents[5] / "shared" / "domain" / "questions-dev.tsv"


@pytest.mark.skipif(not QUESTIONS.exists(), reason="the shared development questions are not here")
def test_development_questions_are_told_apart() -> None:
    rows = [row.split("\t") for row in QUESTIONS.read_text(encoding="utf-8").splitlines()[1:]]
    right = sum(detect(row[1]).code == row[0] for row in rows)
    bare = [strip_marks(row[1]) for row in rows if row[0] == "vi"]
    assert right >= 0.98 * len(rows)
    assert sum(detect(text).code == "vi" for text in bare) >= 0.98 * len(bare)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("안녕하세요", True),
        ("ご質問があります 通関", True),
        ("Россия, таможня", True),
        ("مرحبا كيف", True),
        ("สวัสดี", True),
        ("優の品 清关怎么办", False),
        ("取消报关单", False),
        ("hủy tờ khai ởể", False),
        ("안녕 how do I cancel a declaration", False),
        ("😀 123", False),
        ("", False),
    ],
)
def test_letters_of_other_languages_are_seen(text: str, expected: bool) -> None:
    assert is_foreign(text) is expected
