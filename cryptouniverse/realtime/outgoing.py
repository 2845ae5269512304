"""Frames to the pages of this process: written as text once for all that wait for the same, sent in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from cryptouniverse.realtime.hints import NOTHING, Waiting

ACK_TIMEOUT_S = 20.0
GATHER_S = 0.005  # hints of one commit arrive together: wait this long for the rest


class Page:
    """A socket that hints go to. It holds one frame that it has not acknowledged; the rest waits, merged."""

    waiting: Waiting = NOTHING
    number = 0
    is_reading = True  # until it was greeted

    async def deliver(self, text: str) -> None:
        """Send `text` to the browser; waits while it takes in nothing. Nothing is raised where it is gone."""
        raise NotImplementedError

    async def give_up(self) -> None:
        """Close: the browser has not acknowledged a frame for ACK_TIMEOUT_S, or takes in nothing."""
        raise NotImplementedError


class Outgoing:
    """What the pages of one event loop are about to be sent, and which of them owe an acknowledgement.

    No page has a task or a timer of its own, and what many pages wait for is merged and written once: a commit that
    reaches a thousand sockets costs little more than a thousand writes.
    """

    def __init__(self) -> None:
        self._ready: dict[Page, None] = {}
        self._reading: dict[Page, float] = {}  # since when, by the loop's clock: the longest first
        self._flushing: asyncio.Task[None] | None = None
        self._watching: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def hint(self, pages: Iterable[Page], hint: Mapping[str, Any]) -> None:
        """Merge `hint` into what waits for each of `pages`; it leaves with what else comes within GATHER_S."""
        merged: dict[Waiting, Waiting] = {}
        for page in pages:
            before = page.waiting
            if (after := merged.get(before)) is None:
                after = merged[before] = before.plus(hint)
            page.waiting = after
            if not page.is_reading:
                self._ready[page] = None
        self._flush_soon()

    def acknowledged(self, page: Page, number: object) -> None:
        """The browser says that it has read frame `number`; anything but the one it was sent last is ignored."""
        if page in self._reading and number == page.number:
            del self._reading[page]
            self.free(page)

    def free(self, page: Page) -> None:
        """The next frame may leave, as soon as there is something to say."""
        page.is_reading = False
        if page.waiting is not NOTHING:
            self._ready[page] = None
            self._flush_soon()

    def forget(self, page: Page) -> None:
        """The socket is gone."""
        page.is_reading = True
        self._ready.pop(page, None)
        self._reading.pop(page, None)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Let `work` run beside the rest; nobody waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _flush_soon(self) -> None:
        if self._ready and self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        await asyncio.sleep(GATHER_S)
        self._flushing = None
        pages, self._ready = self._ready, {}
        now = asyncio.get_running_loop().time()
        for page in pages:
            waiting, page.waiting = page.waiting, NOTHING
            page.number += 1
            page.is_reading = True
            self._reading[page] = now
            if not _at_once(page.deliver(f'{{"n": {page.number}, "hints": {waiting.text}}}')):
                self.forget(page)
                self.run(page.give_up())
        self._watch()

    def _watch(self) -> None:
        if self._watching is None and self._reading:
            oldest = next(iter(self._reading.values()))
            self._watching = asyncio.get_running_loop().call_at(oldest + ACK_TIMEOUT_S, self._give_up)

    def _give_up(self) -> None:
        self._watching = None
        overdue = asyncio.get_running_loop().time() - ACK_TIMEOUT_S
        for page in [page for page, since in self._reading.items() if since <= overdue]:
            del self._reading[page]
            self.run(page.give_up())
        self._watch()


def _at_once(work: Coroutine[Any, Any, None]) -> bool:
    """Do `work` if it need not wait for anything, without a turn of the loop for it; else drop it, and say so.

    A browser that says it reads, and does not, would hold up everybody's frames, or fill the memory with its own.
    """
    try:
        work.send(None)
    except StopIteration:
        return True
    work.close()
    return False
