"""Changes between versions are told field by field, word by word."""

from helpdesk.console.change import Piece, changes, pieces


def test_equal_documents_have_no_changes() -> None:
    assert changes({"a": 1, "vi": {"title": "x"}}, {"a": 1, "vi": {"title": "x"}}) == []


def test_nested_fields_lists_and_new_fields_are_named() -> None:
    before = {"vi": {"steps": ["gửi", "chờ"]}, "recheck": True}
    after = {"vi": {"steps": ["gửi", "nhận"]}, "recheck": False, "note": "mới"}
    assert [change.field for change in changes(before, after)] == ["vi.steps", "recheck", "note"]


def test_words_are_kept_removed_and_added() -> None:
    assert pieces("nộp trong 8 giờ", "nộp trong 24 giờ") == [
        Piece("same", "nộp trong "),
        Piece("removed", "8"),
        Piece("added", "24"),
        Piece("same", " giờ"),
    ]


def test_chinese_is_compared_sign_by_sign() -> None:
    assert pieces("八小时", "九小时") == [Piece("removed", "八"), Piece("added", "九"), Piece("same", "小时")]


def test_pieces_put_together_are_the_two_texts() -> None:
    before, after = "một hai\nba 八小时 x", "hai ba\nbốn 九小时"
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "added") == before
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after
