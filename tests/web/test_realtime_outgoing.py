"""Frames to many pages of one process: who waits for the same gets the same, who does not read holds up nobody."""

import asyncio
import json

from cryptouniverse.realtime import outgoing
from cryptouniverse.realtime.outgoing import Outgoing, Page


class Browser(Page):
    """A page that keeps what it was sent. takes: whether anything goes through to it."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.frames: list[str] = []
        self.given_up = asyncio.Event()

    async def deliver(self, text: str) -> None:
        if not self.takes:
            await asyncio.Event().wait()
        self.frames.append(text)

    async def give_up(self) -> None:
        self.given_up.set()

    def heard(self) -> list[list[str]]:
        return [[name for one in json.loads(text)["hints"] for name in one["what"]] for text in self.frames]


def hint(sequence: int, *what: str) -> dict:
    return {"stream": "portfolio:1", "sequence": sequence, "what": list(what)}


def told(*browsers: Browser) -> Outgoing:
    out = Outgoing()
    for one in browsers:
        out.free(one)
    return out


async def gathered() -> None:
    """Until what waits has left."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


def test_hints_of_one_commit_are_one_frame_and_each_page_hears_what_it_was_told():
    async def scenario():
        ann, bob = Browser(), Browser()
        out = told(ann, bob)
        out.hint([ann, bob], hint(1, "value"))
        out.hint([bob], hint(2, "positions"))
        await gathered()
        assert ann.heard() == [["value"]] and bob.heard() == [["positions", "value"]]

    asyncio.run(scenario())


def test_pages_that_wait_for_the_same_are_sent_one_text_that_was_written_once(monkeypatch):
    async def scenario():
        crowd = [Browser() for _ in range(100)]
        out = told(*crowd)
        written = []
        monkeypatch.setattr(outgoing.Waiting, "text", property(lambda own: written.append(own) or "[]"))
        out.hint(crowd, hint(1, "value"))
        out.hint(crowd, hint(2, "positions"))
        await gathered()
        assert {one.frames[0] for one in crowd} == {'{"n": 1, "hints": []}'} and len(set(written)) == 1

    asyncio.run(scenario())


def test_the_next_frame_waits_for_the_right_acknowledgement():
    async def scenario():
        page = Browser()
        out = told(page)
        out.hint([page], hint(1, "value"))
        await gathered()
        out.hint([page], hint(2, "credits"))
        for said in (0, 2, "1", None):
            out.acknowledged(page, said)
        await gathered()
        assert len(page.frames) == 1
        out.acknowledged(page, 1)
        await gathered()
        assert page.heard() == [["value"], ["credits"]]

    asyncio.run(scenario())


def test_a_page_that_takes_nothing_in_is_given_up_and_the_others_get_theirs():
    async def scenario():
        stuck, fine = Browser(takes=False), Browser()
        out = told(stuck, fine)
        out.hint([stuck, fine], hint(1, "value"))
        await gathered()
        assert stuck.given_up.is_set() and fine.heard() == [["value"]]

    asyncio.run(scenario())


def test_a_page_that_does_not_acknowledge_in_time_is_given_up_and_one_that_does_is_not(monkeypatch):
    monkeypatch.setattr(outgoing, "ACK_TIMEOUT_S", 0.05)

    async def scenario():
        silent, fine = Browser(), Browser()
        out = told(silent, fine)
        out.hint([silent, fine], hint(1, "value"))
        await gathered()
        out.acknowledged(fine, 1)
        await asyncio.wait_for(silent.given_up.wait(), 5)
        assert not fine.given_up.is_set()

    asyncio.run(scenario())


def test_a_page_that_is_gone_is_sent_nothing():
    async def scenario():
        page = Browser()
        out = told(page)
        out.hint([page], hint(1, "value"))
        out.forget(page)
        await gathered()
        assert not page.frames and not page.given_up.is_set()

    asyncio.run(scenario())
