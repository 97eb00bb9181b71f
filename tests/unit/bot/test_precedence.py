import asyncio

from bot.precedence import CALM, Precedence


async def test_nobody_waits_while_little_arrives() -> None:
    precedence = Precedence()
    with precedence.storing():
        waiting = asyncio.create_task(precedence.give_way())
        await asyncio.sleep(0)
        assert waiting.done()


async def test_answering_waits_for_what_arrives_together() -> None:
    precedence = Precedence()
    arriving = [precedence.storing() for _ in range(CALM + 1)]
    for one in arriving:
        one.__enter__()
    waiting = asyncio.create_task(precedence.give_way())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    arriving[0].__exit__(None, None, None)
    await waiting
