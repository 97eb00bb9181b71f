"""The demonstration: a living desk, clearly marked, added once."""

from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk import insight
from helpdesk.console import overview
from helpdesk.message import Outcome
from helpdesk.policy import Policy
from helpdesk.storage.insight import Cut
from helpdesk.ticket import TicketState
from helpdesk.usecase.demo import MARK, seed_demo
from helpdesk.usecase.demo_nickname import nicknamed
from tests.integration.console.desk import CHEAP, Clock, ConsoleDesk

ROOT = Path(__file__).resolve().parents[3]
NICKNAMES = ("giấy rồng", "giay rong", "dragon paper", "龙纸")


async def test_the_demonstration_shows_every_state_in_three_languages(desk: ConsoleDesk) -> None:
    people = await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    assert len({password for _, password in people}) == 4
    counts = await desk.read(lambda unit: unit.tickets.counts())
    resolved = counts.pop(TicketState.RESOLVED)
    assert counts == {TicketState.QUEUED: 3, TicketState.ASSIGNED: 1, TicketState.WAITING_CUSTOMER: 1}
    assert resolved > 20
    turns, _ = await desk.read(lambda unit: unit.turns.find(limit=1000))
    assert {turn.language for turn in turns} == {"vi", "en", "zh"}
    assert Outcome.ANSWERED in {turn.outcome for turn in turns}
    assert await desk.read(lambda unit: len(unit.ratings.given(desk.clock() - timedelta(days=1)))) == 1


async def test_every_name_says_that_it_is_a_demonstration(desk: ConsoleDesk) -> None:
    await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    officers = await desk.read(lambda unit: unit.officers.all())
    turns, _ = await desk.read(lambda unit: unit.turns.find())
    contacts = await desk.read(lambda unit: unit.conversations.many({turn.conversation_id for turn in turns}))
    assert all(officer.is_demo for officer in officers)
    for name in [*(officer.name for officer in officers), *(contact.contact_name for contact in contacts.values())]:
        assert name.endswith("(demo)")


async def test_a_second_demonstration_changes_nothing(desk: ConsoleDesk) -> None:
    await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    before = await desk.read(lambda unit: unit.turns.find())
    assert await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash)) == []
    assert await desk.read(lambda unit: unit.turns.find()) == before


async def test_a_demonstration_officer_keeps_the_language_of_the_first_sign_in(desk: ConsoleDesk) -> None:
    people = await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    browser = desk.browser()
    await browser.get("/signin?lang=en")
    await browser.sign_in(*people[0])
    assert '<html lang="en">' in await browser.text("/queue")
    other = desk.browser()
    await other.get("/signin?lang=vi")
    await other.sign_in(*people[0])
    assert '<html lang="en">' in await other.text("/queue")
    fresh = desk.browser()
    await fresh.sign_in(*people[1])
    assert '<html lang="vi">' in await fresh.text("/queue")


async def test_a_demonstration_officer_can_sign_in_and_does_not_count_as_the_first_account(desk: ConsoleDesk) -> None:
    people = await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    assert (await desk.browser().sign_in(*people[0])).status == 303
    assert await desk.read(lambda unit: unit.officers.count()) == 0


async def test_the_weeks_before_the_demonstration_have_enough_for_charts(desk: ConsoleDesk) -> None:
    await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    today = desk.clock().date()
    weeks = insight.weeks(*insight.period(insight.Range.QUARTER, today))
    tallies = await desk.read(lambda unit: unit.insight.outcomes(weeks))
    asked = [sum(tally.count for tally in tallies if tally.span == number) for number in range(len(weeks))]
    assert all(count >= 5 for count in asked)
    assert asked == sorted(asked[:-1]) + asked[-1:]
    assert all(any(tally.useful for tally in tallies if tally.span == number) for number in range(len(weeks) - 1))


@pytest.mark.parametrize("later", range(7))
async def test_the_last_seven_days_have_questions_whatever_weekday_it_is(desk: ConsoleDesk, later: int) -> None:
    clock = desk.clock
    assert isinstance(clock, Clock)
    clock.forward(days=later)
    await desk.database.write(lambda unit: seed_demo(unit, Policy(), clock(), CHEAP.hash))
    figures = await desk.read(lambda unit: overview.figures_of(unit, clock()))
    days = {day.weekday(): count for day, count in figures.week}
    assert all(days[weekday] > 0 for weekday in range(6))


async def test_several_gates_have_questions_and_waiting_times(desk: ConsoleDesk) -> None:
    await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    first, *_, last = insight.weeks(*insight.period(insight.Range.QUARTER, desk.clock().date()))
    cut = Cut(insight.Span(first.start, last.end))
    waits = await desk.read(lambda unit: unit.insight.waits(cut, is_by_unit=True))
    assert {wait.key for wait in waits} >= {"mong-cai", "hoanh-mo", "bac-phong-sinh"}


async def test_some_twenty_questions_in_a_nickname_went_wrong(desk: ConsoleDesk) -> None:
    asked = nicknamed(desk.clock(), MARK)
    assert 18 <= len(asked) <= 24
    assert {one.language for one in asked} == {"vi", "en", "zh"}
    assert all(any(name in one.question.lower() for name in NICKNAMES) for one in asked)
    assert all(one.reply.article_id != "co-e-issue" for one in asked)
    # labels on refusals need a second person; one administrator goes through these alone
    assert Outcome.REFUSED not in {one.reply.outcome for one in asked}


def test_nothing_that_is_learnt_knows_the_nickname() -> None:
    for folder in ("nlu_data", "knowledge_base"):
        for path in (ROOT / folder).rglob("*.y*ml"):
            text = path.read_text(encoding="utf-8").lower()
            assert not any(name in text for name in NICKNAMES), path
