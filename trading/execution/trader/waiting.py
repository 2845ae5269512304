"""Waiting for an event, but not for ever."""

from __future__ import annotations

import asyncio


async def happens(event: asyncio.Event, *, within_ms: int) -> bool:
    """Whether `event` is set within that time.

    Not `asyncio.wait_for`: on Python 3.11 it swallows a cancellation that comes in the moment in which the event is
    set, and a worker that is told to stop goes on.
    """
    try:
        async with asyncio.timeout(within_ms / 1000):
            return await event.wait()
    except TimeoutError:
        return False
