"""The audit log speaks in words: no key, id or flag of the program reaches the page."""

from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.console.audit import Line, line_of
from helpdesk.storage.audit import AuditEntry

NAMES = {"3": "Lan"}


def line(action: str, subject: str = "", actor: str = "", conversation: str | None = None, **detail: Any) -> Line:
    entry = AuditEntry(1, datetime(2026, 11, 23, tzinfo=UTC), actor, action, subject, conversation, None, detail)
    return line_of(entry, "vi", NAMES)


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        ("setting.changed", {"value": False}, "tắt"),
        ("setting.changed", {"value": True}, "bật"),
        ("ticket.transferred", {"to": 3}, "cho Lan"),
        ("calendar.changed", {"slots": 2, "closures": 0}, "2 khung giờ, 0 ngày nghỉ"),
        ("ticket.alerted", {"level": 2}, "lần 2"),
        ("officer.changed", {"role": "supervisor", "unit": None}, "Phụ trách, Toàn Chi cục"),
        ("officer.changed", {"role": "officer", "unit": "mong-cai"}, "Cán bộ, Móng Cái"),
        ("ticket.opened", {"reason": "asked"}, "Xin gặp cán bộ"),
        ("ticket.replied", {"message": 12}, ""),
        ("article.approved", {"effective": {"from": "2026-11-01", "to": None}}, "hiệu lực từ 01/11/2026"),
        (
            "article.approved",
            {"effective": {"from": "2026-11-01", "to": "2027-12-31"}},
            "hiệu lực từ 01/11/2026 đến hết 31/12/2027",
        ),
        ("article.approved", {}, ""),
        ("training.started", {"origin": "schedule"}, "theo lịch"),
        ("model.serving", {"before": "isec-1"}, "thay cho isec-1"),
        ("model.serving", {"before": ""}, ""),
        ("model.promotion_asked", {"against_gate": True, "why": "luật mới"}, "trái với cửa kiểm tra, luật mới"),
        ("model.rollback_asked", {"against_gate": False}, ""),
        ("shadow.started", {"hours": 24}, "24 giờ"),
        ("gap.changed", {"state": "closed", "article": "yard", "with_note": False}, "Đã đóng, bài yard"),
        (
            "gap.changed",
            {"state": "declined", "article": "", "with_note": True},
            "Không làm, kèm lời nhắn cho người hỏi",
        ),
        ("gap.joined", {"joined": 9}, "gộp thêm chỗ thiếu 9"),
        ("review.opened", {"due": "2026-12-31"}, "hạn 31/12/2026"),
        ("law.changed", {"until": "2026-12-31", "why": "luật mới"}, "hiệu lực đến hết 31/12/2026, luật mới"),
        ("law.changed", {"until": "", "why": "ghi nhầm"}, "không có ngày hết hiệu lực, ghi nhầm"),
        ("answers.switched_off", {"scope": "all", "why": "sai phí"}, "toàn bộ, sai phí"),
        ("recall.proposed", {"versions": [1, 3], "why": "sai phí"}, "bản 1, 3, sai phí"),
        ("recall.finished", {"people": 7}, "đã báo 7 người"),
        ("setting.changed", {"days": 60}, "trước 60 ngày"),
        ("article.approved", {"without_law": True}, "không có căn cứ pháp lý"),
    ],
)
def test_details_are_said_in_words(action: str, detail: dict[str, Any], words: str) -> None:
    assert line(action, **detail).detail == words


@pytest.mark.parametrize(
    ("action", "subject", "words"),
    [
        ("setting.changed", "serve_drafts", "Dùng dự thảo để trả lời"),
        ("officer.invited", "administrator", "Quản trị viên"),
        ("officer.deactivated", "3", "Lan"),
        ("calendar.changed", "mong-cai", "Móng Cái"),
        ("note.added", "77", ""),
        ("ticket.claimed", "26-0001-3", "26-0001-3"),
        ("gap.changed", "7", "chỗ thiếu 7"),
        ("review.taken", "7", ""),
        ("answers.switched_off", "tax", "Thuế, lệ phí"),
        ("answers.switched_off", "channel-red", "channel-red"),
    ],
)
def test_subjects_are_said_in_words(action: str, subject: str, words: str) -> None:
    assert line(action, subject).subject == words


@pytest.mark.parametrize(
    ("action", "actor"),
    [("ticket.withdrawn", "Doanh nghiệp"), ("ticket.returned", "Hệ thống"), ("rating.given", "Doanh nghiệp")],
)
def test_what_the_business_did_is_credited_to_it(action: str, actor: str) -> None:
    assert line(action, "26-0001-3").actor == actor


def test_a_rating_does_not_say_whose() -> None:
    told = line("rating.given", "26-0001-3", conversation="c1")
    assert (told.subject, told.detail, told.link) == ("", "", None)


def test_a_line_leads_to_what_it_is_about() -> None:
    assert line("gap.changed", "7").link == "/gaps/7"
    assert line("ticket.claimed", "26-0001-3", conversation="c1").link == "/conversations/c1"
    assert line("setting.changed", "serve_drafts").link is None
