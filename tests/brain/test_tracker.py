import asyncio

from rasa.shared.core.events import ActionExecuted
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


async def kept_events(said: int) -> list[str]:
    store = RecentTrackerStore(events=3)
    await store.save(DialogueStateTracker.from_events("a", [ActionExecuted(f"utter_{n}") for n in range(said)]))
    tracker = await store.retrieve("a")
    assert tracker is not None
    return [event.action_name for event in tracker.events]


def test_only_the_latest_events_of_a_dialogue_are_kept() -> None:
    assert asyncio.run(kept_events(2)) == ["utter_0", "utter_1"]
    assert asyncio.run(kept_events(9)) == ["utter_6", "utter_7", "utter_8"]
