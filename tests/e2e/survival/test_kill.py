"""kill -9 of the desk at random moments under load: nothing lost, nothing twice, order kept."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import aiohttp

from tests.e2e.survival.desk import Mortal, Visitor, is_up, local_headers
from tests.e2e.survival.ledger import drained
from tests.fake_telegram import FakeTelegram
from tests.waiting import until

KILLS, MESSAGES, VISITORS = 50, 2000, 40
TOKEN = "123456789:AAFakeTokenForTestsOnlyAAAAAAAAAAAAAA"


async def test_fifty_kills_under_load_lose_nothing_and_repeat_nothing(
    desk: Mortal, session: aiohttp.ClientSession, brain: list[str], tmp_path: Path
) -> None:
    chance = random.Random(20261121)
    desk.start()
    await is_up(session)
    session.headers.update(local_headers(tmp_path))
    visitors = [Visitor(session, f"khách {number}") for number in range(VISITORS)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    are_enough = asyncio.Event()
    writing = [asyncio.create_task(_keep_writing(visitor, are_enough)) for visitor in visitors]
    while desk.kills < KILLS or sum(len(visitor.taken) for visitor in visitors) < MESSAGES:
        if desk.kills < KILLS:
            await asyncio.sleep(chance.uniform(0.02, 0.9))
            desk.kill()
            desk.start()
        else:
            await asyncio.sleep(0.1)
    are_enough.set()
    await asyncio.gather(*writing)
    await is_up(session)
    facts = await drained(f"sqlite:///{tmp_path / 'isec.db'}")
    taken = sum(len(visitor.taken) for visitor in visitors)
    for visitor in visitors:
        told = await visitor.read()
        assert [message["text"] for message in told if message["author"] == "contact"] == visitor.taken
        assert [message["text"] for message in told if message["author"] == "bot"] == [
            f"nghe: {text}" for text in visitor.taken
        ]
    assert facts == {"rows": taken, "turns": taken}
    repeated = sum(visitor.repeats for visitor in visitors)
    print(f"{desk.kills} kills, {taken} messages, 0 lost, 0 twice; {repeated} requests repeated by clients")
    assert "Traceback" not in (tmp_path / "desk.log").read_text(encoding="utf-8")


async def _keep_writing(visitor: Visitor, are_enough: asyncio.Event) -> None:
    while not are_enough.is_set():
        await visitor.write()
        await asyncio.sleep(0.05)


PEOPLE, QUESTIONS, TELEGRAM_KILLS = 8, 4, 10


async def test_kills_under_telegram_repeat_only_what_was_sent_and_not_yet_marked(
    desk: Mortal,
    session: aiohttp.ClientSession,
    brain: list[str],
    tmp_path: Path,
) -> None:
    chance = random.Random(7)
    async with FakeTelegram(TOKEN, factor=50.0) as telegram:
        desk.environment |= {"ISEC_TELEGRAM_TOKEN": TOKEN, "ISEC_TELEGRAM_API_URL": telegram.url}
        desk.start()
        await is_up(session)
        people = [telegram.user(100 + number, f"Người {number}") for number in range(PEOPLE)]

        async def ask() -> None:
            for number in range(QUESTIONS):
                for person in people:
                    await person.send_text(f"hỏi {person.id}.{number}")
                await asyncio.sleep(0.8)

        asking = asyncio.create_task(ask())
        for _ in range(TELEGRAM_KILLS):
            await asyncio.sleep(chance.uniform(0.3, 1.2))
            desk.kill()
            desk.start()
        await asking
        await telegram.wait_idle(30)

        def said(chat: int) -> list[str]:
            return [sent.text.removeprefix("🤖 ") for sent in telegram.sent(chat) if sent.method == "sendMessage"]

        await until(lambda: all(said(person.id)[-1:] == [wanted_last(person.id)] for person in people), 90)
        facts = await drained(f"sqlite:///{tmp_path / 'isec.db'}")
        desk.end()
    duplicates = 0
    for person in people:
        heard = said(person.id)
        once = list(dict.fromkeys(heard))
        assert [text for text in once if text.startswith("nghe")] == [
            f"nghe: hỏi {person.id}.{number}" for number in range(QUESTIONS)
        ]
        # a repeat follows its first sending with nothing in between: it was sent and not yet marked
        assert [text for text, before in zip(heard, [None, *heard], strict=False) if text != before] == once
        duplicates += len(heard) - len(once)
        assert max(Counter(heard).values()) <= 1 + TELEGRAM_KILLS
    assert facts == {"rows": PEOPLE * QUESTIONS, "turns": PEOPLE * QUESTIONS}
    assert duplicates <= PEOPLE * TELEGRAM_KILLS
    print(f"{TELEGRAM_KILLS} kills, {PEOPLE * QUESTIONS} messages, {duplicates} sent twice")


def wanted_last(chat: int) -> str:
    return f"nghe: hỏi {chat}.{QUESTIONS - 1}"
