"""What the pages about the desk's work count, the same on both databases."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from helpdesk import insight
from helpdesk.insight import Span, Tally
from helpdesk.message import Delivery, Draft, Outcome
from helpdesk.storage import table
from helpdesk.storage.database import Database
from helpdesk.storage.insight import Cut, Wait
from tests.conftest import NOON, hired, met

DAY = timedelta(days=1)
WEEKS = insight.weeks(date(2026, 11, 9), date(2026, 11, 23))
WHOLE = Cut(Span(WEEKS[0].start, WEEKS[-1].end))


def add(database: Database, of: Any, **values: Any) -> None:
    with database.engine.begin() as connection:
        connection.execute(insert(of).values(**values))


def asked(database: Database, at: datetime, conversation: str, **values: Any) -> None:
    facts = {"question": "?", "channel": "web", "language": "vi", "outcome": Outcome.ANSWERED, "article_id": "cancel"}
    add(database, table.turn, conversation_id=conversation, created_at=at, **(facts | values))


def ticket(database: Database, conversation: str, opened: datetime, minutes: float | None, **values: Any) -> None:
    number = database.read_now(lambda unit: unit.connection.execute(text("select count(*) from ticket")).scalar_one())
    facts = {"number": f"Q-{number}", "state": "resolved", "reason": "asked", "language": "vi", "queued_at": opened}
    replied = None if minutes is None else opened + timedelta(minutes=minutes)
    add(
        database,
        table.ticket,
        conversation_id=conversation,
        opened_at=opened,
        first_reply_at=replied,
        **(facts | values),
    )


def test_a_turn_belongs_to_the_week_of_vietnam_it_was_asked_in(database: Database) -> None:
    here = met(database).id
    midnight = WEEKS[1].start
    asked(database, midnight - timedelta(microseconds=1), here)
    asked(database, midnight, here, is_useful=True)
    asked(database, midnight + DAY, here, is_useful=False, channel="telegram", language="zh")
    asked(database, WEEKS[-1].end, here)
    found = database.read_now(lambda unit: unit.insight.outcomes(WEEKS))
    assert sorted(found, key=lambda tally: (tally.span, tally.language)) == [
        Tally(0, "vi", "web", Outcome.ANSWERED, 1, 0, 0),
        Tally(1, "vi", "web", Outcome.ANSWERED, 1, 1, 1),
        Tally(1, "zh", "telegram", Outcome.ANSWERED, 1, 1, 0),
    ]
    only = database.read_now(lambda unit: unit.insight.outcomes(WEEKS, "zh", "telegram"))
    assert [tally.language for tally in only] == ["zh"]
    assert database.read_now(lambda unit: unit.insight.outcomes([])) == []


def test_half_and_nine_tenths_of_those_who_waited(database: Database) -> None:
    here = met(database).id
    for minutes in range(1, 11):
        ticket(database, here, WEEKS[0].start + DAY, minutes)
    ticket(database, here, WEEKS[0].start + DAY, None)
    ticket(database, here, WEEKS[1].start, 7, unit="hon-gai")
    ticket(database, here, WEEKS[1].start, 0, reason="officer_stepped_in")
    found = database.read_now(lambda unit: unit.insight.waits(WHOLE))
    assert sorted(found, key=lambda wait: wait.key) == [Wait(0, 11, 10, 300, 540), Wait(1, 1, 1, 420, 420)]
    places = database.read_now(lambda unit: unit.insight.waits(WHOLE, is_by_unit=True))
    assert {wait.key: wait.tickets for wait in places} == {None: 11, "hon-gai": 1}


def test_nobody_answered_yet_is_no_time(database: Database) -> None:
    ticket(database, met(database).id, WEEKS[0].start, None)
    assert database.read_now(lambda unit: unit.insight.waits(WHOLE)) == [Wait(0, 1, 0, None, None)]


def test_a_question_belongs_to_the_unit_it_names_or_that_its_conversation_s_newest_ticket_tells(
    database: Database,
) -> None:
    told, untold = (met(database, str(number)).id for number in range(2))
    ticket(database, told, NOON - DAY, 1, unit="cam-pha")
    ticket(database, told, NOON - DAY, 1, unit="mong-cai")
    ticket(database, told, NOON - DAY, 1)
    ticket(database, untold, NOON - DAY, 1)
    for here in (told, untold):
        asked(database, NOON - DAY, here, outcome=Outcome.HANDOFF)
        asked(database, NOON - DAY, here, unit="van-gia", language="zh")
    asked(database, WEEKS[-1].end, told)
    found = database.read_now(lambda unit: unit.insight.gates(WHOLE))
    assert sorted(found) == [("mong-cai", Outcome.HANDOFF, 1), ("van-gia", Outcome.ANSWERED, 2)]
    chinese = database.read_now(lambda unit: unit.insight.gates(Cut(WHOLE.span, "zh")))
    assert chinese == [("van-gia", Outcome.ANSWERED, 2)]


def test_spans_that_overlap_count_each_turn_in_each_of_them(database: Database) -> None:
    here = met(database).id
    for day in (1, 8, 14):
        asked(database, WEEKS[0].start + day * DAY, here, is_useful=True)
    spans = [WHOLE.span, *WEEKS, Span(WEEKS[0].start + 2 * DAY, WEEKS[2].start), Span(NOON, NOON)]
    found = database.read_now(lambda unit: unit.insight.outcomes(spans))
    assert {tally.span: (tally.count, tally.judged, tally.useful) for tally in found} == {
        0: (3, 3, 3),
        1: (1, 1, 1),
        2: (1, 1, 1),
        3: (1, 1, 1),
        4: (1, 1, 1),
    }


def test_complaints_are_counted_by_article_and_reason(database: Database) -> None:
    here = met(database).id
    asked(database, NOON, here, is_useful=False, poor_reason="outdated")
    asked(database, NOON, here, is_useful=False)
    asked(database, NOON, here, is_useful=True)
    asked(database, NOON, here, outcome=Outcome.CLARIFY, article_id=None, is_useful=False)
    found = database.read_now(lambda unit: unit.insight.complaints(WHOLE))
    assert sorted(found) == [("cancel", "", 1), ("cancel", "outdated", 1)]
    assert database.read_now(lambda unit: unit.insight.answers(WHOLE)) == {"cancel": 3}


def test_gaps_are_ordered_by_how_often_they_were_met_in_the_period(database: Database) -> None:
    here = met(database).id
    for name in ("rare", "frequent"):
        add(database, table.gap, title=name, words=[], first_at=NOON, last_at=NOON)
    for number, (gap, at) in enumerate([(1, NOON), (2, NOON), (2, NOON), (2, WEEKS[0].start - DAY)], 1):
        asked(database, at, here, outcome=Outcome.OUT_OF_SCOPE)
        facts = {"conversation_id": here, "kind": "declined", "language": "vi", "at": at}
        add(database, table.gap_turn, turn_id=number, gap_id=gap, **facts)
    before = Span(WEEKS[0].start - 21 * DAY, WEEKS[0].start)
    found = database.read_now(lambda unit: unit.insight.top_gaps(WHOLE, before, 10))
    assert [(gap.title, gap.count, gap.before) for gap in found] == [("frequent", 2, 1), ("rare", 1, 0)]
    telegram = Cut(WHOLE.span, "vi", "telegram")
    assert len(database.read_now(lambda unit: unit.insight.top_gaps(telegram, before, 1))) == 1
    web = Cut(WHOLE.span, None, "web")
    assert database.read_now(lambda unit: unit.insight.top_gaps(web, before, 1)) == []


def test_questions_come_and_go_and_come_back_by_undoing(database: Database) -> None:
    officer = hired(database, "Ha")
    for number, at in enumerate((WEEKS[0].start, WEEKS[1].start), 1):
        facts = {"folded": "x", "language": "vi", "first_at": at, "last_at": at}
        add(database, table.question, key=f"k{number}", text="x", **facts)
    steps = [("new", "reviewed", WEEKS[0].start), ("reviewed", "new", WEEKS[1].start), ("new", "later", WEEKS[2].start)]
    for before, after, at in steps:
        facts = {"action": "confirm", "state": after, "previous_state": before}
        add(database, table.label, question_id=1, at=at, officer_id=officer.id, **facts)
    assert database.read_now(lambda unit: unit.insight.came(WHOLE.span)) == {0: 1, 1: 1}
    assert database.read_now(lambda unit: unit.insight.went(WHOLE.span, "vi")) == {0: 1, 1: -1, 2: 1}
    assert database.read_now(lambda unit: unit.insight.went(WHOLE.span, "en")) == {}
    assert database.read_now(lambda unit: unit.insight.standing()) == {"new": 2}


def test_a_year_of_turns_is_counted_from_the_index_alone(sqlite: Database) -> None:
    seen: list[tuple[str, Any]] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: seen.append((call[2], call[3])))
    sqlite.read_now(lambda unit: (unit.insight.outcomes(WEEKS), unit.insight.answers(WHOLE), unit.insight.gates(WHOLE)))
    asked_for = [(statement, values) for statement, values in seen if statement.startswith("SELECT")]
    assert len(asked_for) == 3
    for statement, values in asked_for:
        with sqlite.engine.connect() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"explain query plan {statement}", values)]
        walks = [step for step in plan if " turn " in f"{step} "]
        assert walks
        assert all("COVERING INDEX ix_turn_" in step for step in walks)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_articles_are_named_by_their_newest_version_that_is_not_retired(database: Database, language: str) -> None:
    for version, state in ((1, "approved"), (2, "draft"), (3, "retired")):
        document = {code: {"title": f"{code} {version}"} for code in ("vi", "en", "zh")}
        add(
            database,
            table.article,
            id="cancel",
            version=version,
            state=state,
            document=document,
            digest="d",
            created_at=NOON,
        )
    found = database.read_now(lambda unit: unit.insight.articles(language))
    assert [(one.id, one.title) for one in found] == [("cancel", f"{language} 2")]


def test_an_article_that_never_answered_is_told_from_one_that_did_before_and_drafts_of_people_are_neither(
    database: Database,
) -> None:
    boss = hired(database, "Lan").id
    for name, author, state in (("never", None, "draft"), ("before", None, "approved"), ("begun", boss, "draft")):
        document = {code: {"title": name} for code in ("vi", "en", "zh")}
        facts = {"version": 1, "state": state, "digest": "d", "created_at": NOON, "created_by": author}
        add(database, table.article, id=name, document=document, **facts)
    conversation = met(database)
    shown = Draft("x", article_id="before", article_version=1)
    database.write_now(lambda unit: unit.messages.add(conversation.id, 9, shown, NOON, Delivery.SENT))
    found = database.read_now(lambda unit: unit.insight.articles("en"))
    assert [(one.id, one.is_known) for one in found] == [("before", True), ("never", False)]
