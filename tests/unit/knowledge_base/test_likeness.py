from knowledge_base.likeness import SAME, Likeness, words_of

TEXTS = [
    "phí hải quan bao nhiêu",
    "phí gửi xe bao nhiêu",
    "nộp phí ở đâu",
    "xe qua cửa khẩu",
    "thủ tục huỷ tờ khai",
] * 4


def test_words_are_compared_without_marks_and_counted_once() -> None:
    assert words_of("Phí, phí gửi XE?!") == ["phi", "gui", "xe"]


def test_rare_words_tell_questions_apart_that_share_common_ones() -> None:
    likeness = Likeness(TEXTS)
    one = words_of("phí gửi xe qua đêm bao nhiêu")
    assert likeness.of(one, words_of("phi gui xe qua dem la bao nhieu")) > SAME
    assert likeness.of(one, words_of("phí hải quan bao nhiêu")) < SAME
    assert likeness.of(one, []) == 0.0
    assert likeness.of([], []) == 0.0
