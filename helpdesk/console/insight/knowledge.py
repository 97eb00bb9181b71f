"""What is missing, what people complain about, what is out of date and what nobody asks for."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from helpdesk.calendar import day_of
from helpdesk.console.insight import chart
from helpdesk.console.insight.chart import Series
from helpdesk.console.insight.sheet import Cell, Column, Kind, Sheet
from helpdesk.console.insight.view import View
from helpdesk.insight import Rate, Span
from helpdesk.storage.insight import ArticleUse
from helpdesk.storage.unit import Unit

TOP = 10
_REASONS = ("wrong", "outdated", "off_point", "unclear", "")


def sheets(unit: Unit, view: View) -> list[Sheet]:
    """What is missing, what people complain about, what is out of date and what nobody asks for."""
    articles = unit.insight.articles(view.language)
    titles = {one.id: one.title for one in articles}
    used = unit.insight.answers(view.cut)
    return [
        _gaps(unit, view),
        _complaints(unit, view, titles, used),
        _stale(unit, view, titles),
        _unused(view, articles, used),
    ]


def _gaps(unit: Unit, view: View) -> Sheet:
    span = view.cut.span
    found = unit.insight.top_gaps(view.cut, Span(span.start - (span.end - span.start), span.start), TOP)
    rows: list[list[Cell]] = [
        [one.title, one.count, one.before, one.languages, view.known("gap_state", one.state)] for one in found
    ]
    series = [Series(view.say("now"), 1, [one.count for one in found])]
    labels = [one.title for one in found]
    columns = [view.text("gap"), view.count("now"), view.count("before"), view.count("languages_many")]
    drawn = chart.rows(view.drawing("gaps"), labels, series) if found else None
    count = sum(one.count for one in found)
    links = [f"/gaps/{one.id}" for one in found]
    return Sheet("gaps", [*columns, view.text("state")], rows, count, drawn, view.note("gaps"), links)


def _complaints(unit: Unit, view: View, titles: Mapping[str, str], used: Mapping[str, int]) -> Sheet:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for article_id, reason, count in unit.insight.complaints(view.cut):
        counts[article_id][reason if reason in _REASONS else ""] += count
    found = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))[:TOP]
    names = [titles.get(article_id, article_id) for article_id, _ in found]
    rows: list[list[Cell]] = [
        [name, Rate(count.total(), max(count.total(), used.get(key, 0))), *(count[reason] for reason in _REASONS)]
        for name, (key, count) in zip(names, found, strict=True)
    ]
    words = {reason: view.known("poor", reason) if reason else view.say("no_reason") for reason in _REASONS}
    series = [
        Series(words[reason], tone, [count[reason] for _, count in found])
        for tone, reason in enumerate(_REASONS, 2)
        if any(count[reason] for _, count in found)
    ]
    columns = [view.text("article"), view.rate("complaints"), *(Column(word) for word in words.values())]
    drawn = chart.rows(view.drawing("complaints"), names, series) if found else None
    count = sum(one.total() for one in counts.values())
    links = [f"/articles/{key}" for key, _ in found]
    return Sheet("complaints", columns, rows, count, drawn, view.note("complaints"), links)


def _stale(unit: Unit, view: View, titles: Mapping[str, str]) -> Sheet:
    """Articles that somebody has to look at again, the longest overdue first."""
    today = day_of(view.now)
    due = [task.due for task in unit.reviews.waiting()]
    names = [titles.get(one.article_id, one.article_id) for one in due]
    rows: list[list[Cell]] = [
        [name, view.known("review_cause", one.cause), one.due_on, _late(one.due_on, today)]
        for name, one in zip(names, due, strict=True)
    ]
    columns = [view.text("article"), view.text("cause"), Column(view.say("due"), Kind.DAY), view.count("days_late")]
    links = [f"/articles/{one.article_id}" for one in due]
    return Sheet("stale", columns, rows, len(rows), None, view.note("stale"), links)


def _late(due: date, today: date) -> int:
    return max(0, (today - due).days)


def _unused(view: View, articles: Sequence[ArticleUse], used: Mapping[str, int]) -> Sheet:
    """Articles that answered nobody in the period: those that never did first, and of these the oldest."""
    silent = [one for one in articles if not used.get(one.id)]
    silent.sort(key=lambda one: (one.is_known, one.created_at, one.id))
    rows: list[list[Cell]] = [
        [one.title, view.say("used_before" if one.is_known else "used_never"), day_of(one.created_at)] for one in silent
    ]
    links = [f"/articles/{one.id}" for one in silent]
    columns = [view.text("article"), view.text("used"), Column(view.say("written"), Kind.DAY)]
    return Sheet("unused", columns, rows, len(rows), None, view.note("unused"), links)
