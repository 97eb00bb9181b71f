import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.question import MOST, after_courtesy, pair, split


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "1. giờ làm việc cửa khẩu? 2. phí hải quan bao nhiêu?",
            ["giờ làm việc cửa khẩu?", "phí hải quan bao nhiêu?"],
        ),
        ("cho em hoi\n1) huy to khai\n2) xin hoan thue\n", ["huy to khai", "xin hoan thue"]),
        ("报关费多少？要交哪些资料？几点下班？", ["报关费多少？", "要交哪些资料？", "几点下班？"]),
        ("①怎么报关 ②多久放行", ["怎么报关", "多久放行"]),
        (
            "I have 2 trucks of durian. What papers do I need? Where do I file? How long does it take?",
            ["I have 2 trucks of durian. What papers do I need?", "Where do I file?", "How long does it take?"],
        ),
        (
            "Sao chưa thông quan?? Ơ? Phí bao nhiêu ạ? Nộp ở đâu?",
            ["Sao chưa thông quan?? Ơ?", "Phí bao nhiêu ạ?", "Nộp ở đâu?"],
        ),
    ],
)
def test_marked_questions_are_told_apart(text: str, questions: list[str]) -> None:
    assert split(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "???",
        "hang luong do thi kiem hoa o dau",
        "xe 14C-123.45 qua lúc 7.30 sáng được không?",
        "tk 301234567890 ngày 12/10/2026 sai số lượng 1.200 thành 12.000, sửa sao?",
        "Thông tư 121/2025/TT-BTC có hiệu lực chưa?",
        "1. một việc thôi",
        "Lô phụ kiện bị luồng vàng, chờ ai xem? Bao lâu thì xong?",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert split(text) == [text]


def test_a_flood_of_questions_is_bounded() -> None:
    assert len(split("bao lâu vậy ạ? " * 100)) == MOST


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "Hủy tờ khai cần giấy tờ gì? Nộp thuế qua ngân hàng nào?",
            ["Hủy tờ khai cần giấy tờ gì?", "Nộp thuế qua ngân hàng nào?"],
        ),
        ("报关单怎么撤销？基础设施费多少钱？", ["报关单怎么撤销？", "基础设施费多少钱？"]),
        ("Bao lâu thì xong? Ơ?", []),
        ("phí bao nhiêu?", []),
        ("phí bao nhiêu? nộp ở đâu? bao giờ?? trễ thì sao?", []),
        ("1. hủy tờ khai? 2. phí hải quan?", []),
    ],
)
def test_two_question_marks_may_be_two_questions(text: str, pieces: list[str]) -> None:
    assert pair(text) == pieces


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("cảm ơn bạn nhiều, mà cho hỏi luồng đỏ kiểm ở đâu", "mà cho hỏi luồng đỏ kiểm ở đâu"),
        ("thank you! one more: what is A12", "one more: what is A12"),
        ("谢谢，那红色通道在哪里查验", "那红色通道在哪里查验"),
        ("cảm ơn bạn nhiều", ""),
        ("thanks, bye", ""),
        ("1. hủy tờ khai thế nào", ""),
        (", hủy tờ khai thế nào", ""),
    ],
)
def test_what_follows_a_courtesy_is_told_apart_from_it(text: str, rest: str) -> None:
    assert after_courtesy(text) == rest


@given(st.text())
def test_nothing_is_invented(text: str) -> None:
    pieces = split(text)
    assert pieces
    squeezed = "".join(text.split())
    assert all("".join(piece.split()) in squeezed for piece in pieces)
