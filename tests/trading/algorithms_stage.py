"""A market, a venue and a platform for the algorithms: children fill, part fill, expire, are refused and cut; the
platform forgets to ask, pauses and restarts. Every promise is looked at after every step."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from trading.algorithms import (
    Child,
    Finish,
    Market,
    Parent,
    State,
    begun,
    cancel,
    ended,
    filled,
    parent_from,
    parent_told,
    pause,
    read_parent,
    reduced,
    resume,
    state_from,
    state_told,
)
from trading.algorithms.registry import kind_of
from trading.algorithms.running import due_by
from trading.algorithms.types import Kind

START = 1_735_689_600_000  # 2025-01-01 00:00 UTC
PRICE = 50_000


def parent_of(kind, parameters, *, total=1_000, least=10, side="buy", limit=PRICE, key="order-1", start=START):
    return read_parent(
        key=key,
        kind=kind,
        side=side,
        total_steps=total,
        start_ms=start,
        min_steps=least,
        limit_ticks=limit,
        parameters=parameters,
    )


def through_json(parent: Parent, state: State) -> tuple[Parent, State]:
    """What a restart finds."""
    return parent_from(json.loads(json.dumps(parent_told(parent)))), state_from(
        json.loads(json.dumps(state_told(state)))
    )


@dataclass
class Desk:
    """Who runs one order by `kind`, its own if none is said. pace: moments with the steps traded in each second on."""

    parent: Parent
    kind: Kind | None = None
    price: int = PRICE
    pace: list[tuple[int, int]] = field(default_factory=lambda: [(0, 10)])
    state: State = field(init=False)
    now_ms: int = field(init=False)
    children: list[Child] = field(default_factory=list)

    def __post_init__(self):
        self.kind = self.kind or kind_of(self.parent.kind)
        self.state = begun(self.parent)
        self.now_ms = self.parent.start_ms - 1_000

    def ask(self, now_ms=None, *, market=True) -> tuple[Child, ...]:
        """Ask as the platform does, look at what was promised, restart, and ask once more."""
        self.now_ms = self.now_ms if now_ms is None else now_ms
        before, since = self.state, self.since()
        traded = 0 if since is None else self.traded(since, self.now_ms)
        seen = Market(self.price, traded) if market else None
        answer = self.due(before, seen)
        assert self.due(before, seen) == answer, "the same question has the same answer"
        parent, state = through_json(self.parent, answer.state)
        assert (parent, state) == (self.parent, answer.state), "a restart loses nothing"
        self.parent, self.state = parent, state
        assert self.due(state, seen).children == (), "nothing is sent twice"
        self._look(before, answer.children)
        return answer.children

    def since(self):
        asks = self.kind.counts_from_ms
        return asks(self.parent, self.state, self.now_ms) if asks else None

    def due(self, state, market):
        return due_by(self.kind, self.parent, state, self.now_ms, market)

    def trades(self, steps):
        """From now on the market trades `steps` a second."""
        self.pace.append((max(self.now_ms, self.pace[-1][0]), steps))

    def traded(self, since_ms, until_ms):
        """What the market traded in between."""
        ends = [begin for begin, _steps in self.pace[1:]] + [max(until_ms, self.pace[-1][0])]
        return (
            sum(
                max(min(end, until_ms) - max(begin, since_ms), 0) * steps
                for (begin, steps), end in zip(self.pace, ends, strict=True)
            )
            // 1_000
        )

    def _look(self, before, children):
        for child in children:
            assert before.paused is None and not before.finished, "nothing while paused, nothing after the end"
            assert self.now_ms >= before.next_ms >= self.parent.start_ms, "no child before its time"
            assert child.steps >= self.parent.min_steps, "no child below the minimum"
            assert not self.parent.beyond_limit(self.price), "no child beyond the limit"
            assert child.id == f"{self.parent.key}-{child.index}" and child.index == len(self.children)
            assert child.expires_ms is None or child.expires_ms > self.now_ms, "a child has time to fill"
            self.children.append(child)
        self.conserved()

    def conserved(self):
        state, total = self.state, self.parent.total_steps
        assert state.done_steps + state.in_flight_steps <= total, "never more than the total"
        assert not state.in_flight_steps or state.finished in {None, Finish.CANCELLED}, "it ends with nothing in flight"
        assert state.done_steps + state.in_flight_steps + state.left_steps(self.parent) == total, "nothing is lost"

    def fill(self, index, steps, ticks=None):
        self.state = filled(
            self.parent, self.state, index, steps=steps, ticks=ticks or self.price, at_ms=max(self.now_ms, START)
        )
        self.conserved()

    def end(self, index):
        self.state = ended(self.parent, self.state, index)
        self.conserved()

    def cut(self, index, steps):
        self.state = reduced(self.parent, self.state, index, steps)
        self.conserved()

    def stop(self):
        self.state = pause(self.state, "breaker")

    def go_on(self):
        self.state = resume(self.parent, self.state, self.now_ms)

    def cancel(self):
        self.state = cancel(self.parent, self.state)

    def open(self):
        return [child for child in self.state.children if not child.ended]

    def expire(self):
        """End what has had its time."""
        for child in self.children:
            made = self.state.children[child.index]
            if not made.ended and child.expires_ms is not None and child.expires_ms <= self.now_ms:
                self.end(child.index)

    def run(self, seconds=100_000, *, fill=lambda child: child.steps, stride_ms=1):
        """Ask whenever it is due until the order is over; `fill` says how much of a child fills at once.

        stride_ms: how much later to ask again after nothing was due.
        """
        until_ms = self.now_ms + seconds * 1_000
        self.now_ms = max(self.now_ms, self.state.next_ms)
        while not self.state.finished and self.now_ms <= until_ms:
            self.expire()
            children = self.ask()
            for child in children:
                if steps := fill(child):
                    self.fill(child.index, steps)
                if child.expires_ms is None and steps < child.steps:
                    self.end(child.index)
            self.now_ms = max(self.state.next_ms, self.now_ms + (1 if children else stride_ms))
        return self.state

    def sizes(self):
        """Seconds from the start and steps of every child."""
        return [((child.at_ms - self.parent.start_ms) // 1_000, child.steps) for child in self.children]
