"""The log of everything that officers, administrators and the system did, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aiohttp import web

from helpdesk.console.desk import desk_of
from helpdesk.console.page import language_of, render
from helpdesk.console.paging import SIZE, Page
from helpdesk.console.wording import Language, known, say
from helpdesk.storage.audit import AuditEntry
from helpdesk.storage.unit import Unit

OF_CONTACT = frozenset({"ticket.withdrawn", "contact.erased", "rating.given"})
"""What only the business itself can do; the log keeps no actor for it."""
SECRET = frozenset({"rating.given"})
"""Lines that do not say what they are about: nobody is told who rated."""
ABOUT_OFFICER = frozenset(
    {
        "officer.activated",
        "officer.deactivated",
        "officer.changed",
        "officer.reset_offered",
        "question.account_undone",
    }
)
ABOUT_NUMBER = frozenset({"note.added", "message.retried", "file.downloaded", "review.taken", "review.finished"})
"""Their subject is a number that means nothing to people; the link to the conversation, where there is one, does."""
OF_GAP = frozenset({"gap.changed", "gap.joined"})

_SECTIONS = {
    "officer.invited": "role",
    "calendar.changed": "unit",
    "setting.changed": "setting",
    "question.labelled": "intent",
    "answers.switched_off": "topic",
    "answers.switched_on": "topic",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log in the reader's words; `link` is the page of the console it leads to, None for none."""

    entry: AuditEntry
    actor: str
    subject: str
    detail: str
    link: str | None


async def show(request: web.Request) -> web.Response:
    """The log, newest first, page by page."""
    value = request.query.get("before", "")
    before = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None

    def look(unit: Unit) -> tuple[list[AuditEntry], dict[str, str]]:
        return unit.audit.recent(SIZE + 1, before), {str(one.id): one.name for one in unit.officers.all()}

    entries, names = await desk_of(request).database.read(look)
    shown = entries[:SIZE]
    older = f"?before={shown[-1].id}" if len(entries) > SIZE else None
    lines = [line_of(entry, language_of(request), names) for entry in shown]
    return render(request, "audit.html", lines=lines, page=Page("?" if before else None, older))


def line_of(entry: AuditEntry, language: Language, names: Mapping[str, str]) -> Line:
    """An entry in words; `names` are the officers' by id."""
    author = "contact" if entry.action in OF_CONTACT else "system"
    is_secret = entry.action in SECRET
    details = [_detail(language, name, value, names) for name, value in entry.detail.items()]
    return Line(
        entry,
        entry.actor or say(language, f"author.{author}"),
        "" if is_secret else _subject(entry, language, names),
        "" if is_secret else ", ".join(words for words in details if words),
        None if is_secret else _link(entry),
    )


def _link(entry: AuditEntry) -> str | None:
    if entry.action in OF_GAP:
        return f"/gaps/{entry.subject}"
    return f"/conversations/{entry.conversation_id}" if entry.conversation_id else None


def _subject(entry: AuditEntry, language: Language, names: Mapping[str, str]) -> str:
    if entry.action in ABOUT_OFFICER:
        return names.get(entry.subject, entry.subject)
    if entry.action in ABOUT_NUMBER:
        return ""
    if entry.action in OF_GAP:
        return say(language, "audit.gap", number=entry.subject)
    section = _SECTIONS.get(entry.action)
    return known(language, section, entry.subject) if section else entry.subject


def _detail(language: Language, name: str, value: Any, names: Mapping[str, str]) -> str:
    """One fact in words; empty for a fact that is no news to people, such as the number of a message."""
    match name:
        case "message" | "questions" | "since":
            return ""
        case "why" | "problem" | "model":
            return str(value)
        case "reason" | "role" | "origin":
            return known(language, name, value)
        case "unit":
            return known(language, "unit", value or "all")
        case "value":
            return say(language, "audit.on" if value else "audit.off")
        case "to":
            return say(language, "audit.to", name=names.get(str(value), str(value)))
        case "effective":
            return _dates(language, value)
        case "before":
            return say(language, "audit.before", model=value) if value else ""
        case "against_gate":
            return say(language, "audit.against_gate") if value else ""
        case "slots" | "closures" | "level" | "count" | "hours" | "people" | "days":
            return say(language, f"audit.{name}", count=value)
        case "joined":
            return say(language, "audit.joined", number=value)
        case "state":
            return known(language, "gap_state", value)
        case "article":
            return say(language, "audit.article", id=value) if value else ""
        case "versions":
            return say(language, "audit.versions", versions=", ".join(map(str, value)))
        case "scope":
            return known(language, "switches", value)
        case "until" | "due":
            return say(language, f"audit.{name}", day=_day(value)) if value else say(language, "audit.endless")
        case "with_note" | "without_law":
            return say(language, f"audit.{name}") if value else ""
    return f"{name}: {value}"


def _dates(language: Language, value: Mapping[str, str | None]) -> str:
    begins, ends = (_day(day) if day else "" for day in (value["from"], value["to"]))
    return say(language, "audit.effective" if ends else "audit.effective_open", begins=begins, ends=ends)


def _day(value: str) -> str:
    return date.fromisoformat(value).strftime("%d/%m/%Y")
