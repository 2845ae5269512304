"""A task that is ended has ended, also where something under it swallows a cancellation."""

import asyncio

from cryptouniverse.kernel import ending


def test_a_task_that_swallows_its_first_cancellation_ends(monkeypatch):
    monkeypatch.setattr(ending, "AGAIN_S", 0.01)
    swallowed = []

    async def stubborn():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            swallowed.append(1)
        await asyncio.Event().wait()

    async def scenario():
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await asyncio.wait_for(ending.end_task(task), 10)
        return task.cancelled()

    assert asyncio.run(scenario()) and swallowed == [1]


def test_what_a_task_cleans_up_is_not_interrupted():
    cleaned = []

    async def tidy():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(1)

    async def scenario():
        task = asyncio.create_task(tidy())
        await asyncio.sleep(0)
        await ending.end_task(task)

    asyncio.run(scenario())
    assert cleaned == [1]
