import asyncio

from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.tracker import RecentTrackerStore


async def kept_after(limit: int, senders: str) -> list[str]:
    store = RecentTrackerStore(limit=limit)
    for sender in senders:
        await store.save(DialogueStateTracker(sender, []))
    return list(await store.keys())


def test_the_one_unused_longest_is_forgotten() -> None:
    assert asyncio.run(kept_after(2, "abac")) == ["a", "c"]


async def roundtrip() -> tuple[bool, bool]:
    store = RecentTrackerStore()
    tracker = await store.get_or_create_tracker("a")
    return await store.retrieve("a") is tracker, await store.retrieve("b") is None


def test_a_tracker_is_given_back_as_it_was_kept() -> None:
    assert asyncio.run(roundtrip()) == (True, True)
