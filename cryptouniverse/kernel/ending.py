"""Ending a task for certain."""

from __future__ import annotations

import asyncio
from typing import Any, Final

AGAIN_S: Final = 10.0  # longer than what a task cleans up after the first time, which a second would interrupt


async def end_task(task: asyncio.Task[Any]) -> None:
    """Cancel `task`, and again until it has ended; what it ended with is left in it.

    Once is not enough: `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes with what it waited for
    (https://github.com/python/cpython/issues/86296), and libraries under us use it.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN_S)
