"""The values of an execution algorithm: a parent order, where it stands, and the children it sends. Pure.

Units: prices in ticks, sizes in steps, moments in UTC milliseconds; whole numbers only.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.words import gettext_noop as _

CHILDREN_MAX: Final = 1_500  # it bounds the state that is stored
PLANNED_MAX: Final = 1_480  # of them by a plan: a day of minutes, and room for finishing children
SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60_000

Value = int | str | tuple[int, ...] | tuple[tuple[int, int], ...]


class Finish(enum.StrEnum):
    """Why a parent order sends nothing more."""

    DONE = "done"  # all of it is filled
    BELOW_MINIMUM = "below_minimum"  # what is left is too small for the venue and can never be sent
    TIME_OVER = "time_over"  # the plan, its finishing children or its duration are over
    TOO_MANY = "too_many_children"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent order as it was asked for; it never changes. Made by `read_parent`, which refuses bad ones.

    key: the caller's id of it; children's ids begin with it, and without a seed chance is drawn from it.
    total_steps: what is to be traded. limit_ticks: no child trades worse than this. min_steps: the smallest child the
    venue takes (`min_steps_of`). parameters: of its kind, every one with its value, sorted by name.
    """

    key: str
    kind: str
    side: Side
    total_steps: int
    start_ms: int
    min_steps: int = 1
    limit_ticks: int | None = None
    parameters: tuple[tuple[str, Value], ...] = ()

    @property
    def direction(self) -> int:
        """+1 for a buyer, -1 for a seller."""
        return 1 if self.side == Side.BUY else -1

    def value(self, name: str) -> Value | None:
        """A parameter's value, None where the kind has none of that name or it was left out."""
        return next((value for key, value in self.parameters if key == name), None)

    def whole(self, name: str) -> int:
        """A whole number among the parameters; 0 where it was left out."""
        value = self.value(name)
        return value if isinstance(value, int) else 0

    def catches_up(self) -> str:
        """What becomes of what was missed: the parameter `catch_up`, empty where the kind has none."""
        value = self.value("catch_up")
        return value if isinstance(value, str) else ""

    def beyond_limit(self, ticks: int) -> bool:
        """Whether a market at `ticks` is worse than the limit. At the limit it is not."""
        return self.limit_ticks is not None and self.direction * ticks > self.direction * self.limit_ticks


@dataclass(frozen=True, slots=True)
class Made:
    """A child that was made, as the state keeps it. paid: the sum of steps times ticks of its fills."""

    index: int
    at_ms: int
    steps: int
    filled: int = 0
    paid: int = 0
    ended: bool = False

    @property
    def open_steps(self) -> int:
        """What may still be filled."""
        return 0 if self.ended else self.steps - self.filled


@dataclass(frozen=True, slots=True)
class State:
    """Where a parent order stands: all that a restart needs. Frozen; every function answers with a new one.

    slot: how many moments of the plan were dealt with, missed: how many of them without a child although they were to
    have one. next_ms: nothing is due before; worth asking then. counted_ms: the market's volume up to here was used.
    arrival_ticks: the price when the order arrived. paused: the reason. last_fill_ms: of the latest fill.
    """

    children: tuple[Made, ...] = ()
    slot: int = 0
    missed: int = 0
    next_ms: int = 0
    counted_ms: int = 0
    arrival_ticks: int | None = None
    paused: str | None = None
    finished: Finish | None = None
    last_fill_ms: int | None = None

    @property
    def done_steps(self) -> int:
        """What is filled."""
        return sum(child.filled for child in self.children)

    @property
    def in_flight_steps(self) -> int:
        """What children ask for that have not ended."""
        return sum(child.open_steps for child in self.children)

    @property
    def paid(self) -> int:
        """The sum of steps times ticks over all fills; by `done_steps` it is the average price."""
        return sum(child.paid for child in self.children)

    def left_steps(self, parent: Parent) -> int:
        """What is neither filled nor in flight; what a finished order reports as its remainder."""
        return max(parent.total_steps - self.done_steps - self.in_flight_steps, 0)


@dataclass(frozen=True, slots=True)
class Market:
    """The market as it is now. ticks: a price that is not stale; who has none passes no market, and nothing is sent.

    traded_steps: what all traded from `counts_from_ms` until now, one's own fills included.
    """

    ticks: int
    traded_steps: int = 0

    def __post_init__(self) -> None:
        if self.ticks < 1 or self.traded_steps < 0:
            raise Invalid(_("A price is at least one tick, a volume not below zero."))


@dataclass(frozen=True, slots=True)
class Child:
    """A child to send. id: the same whenever it is asked for. expires_ms: cancel it then; None: it may rest."""

    id: str
    index: int
    side: Side
    steps: int
    limit_ticks: int | None
    at_ms: int
    expires_ms: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: the state to store, and the children to send once it is stored."""

    state: State
    children: tuple[Child, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """A kind asks for nothing before `until_ms`."""

    until_ms: int


@dataclass(frozen=True, slots=True)
class Over:
    """A kind will never ask for anything again. missed: the planned moments that passed by since the last child."""

    missed: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a kind asks for now; `running.due` makes a child of it that keeps every promise, or none.

    most: never more in this child (a share of the volume, a cap). slot: the state's, once this is dealt with.
    again_ms: where nothing can be sent now the wish stays open and is asked again then; None: it is dealt with.
    merges: a rest that would be below the minimum is taken along, or this child made smaller so that it is not.
    """

    steps: int
    most: int
    slot: int
    next_ms: int
    expires_ms: int | None
    missed: int = 0
    again_ms: int | None = None
    merges: bool = True


Ask = Wish | Wait | Over


@dataclass(frozen=True, slots=True)
class Plan:
    """Moments, rising, and what each is to send, adding up to the total. every_ms: what a finishing child waits."""

    moments: tuple[int, ...]
    steps: tuple[int, ...]
    every_ms: int


class Parameter(Protocol):
    """How one parameter is read. `read` answers its value, or raises BadAlgorithm with limit and nearest valid one."""

    @property
    def name(self) -> str:
        """As it stands in JSON."""

    @property
    def meaning(self) -> str:
        """What it says, to people."""

    @property
    def needed(self) -> bool:
        """Whether it must be said."""

    @property
    def default(self) -> Value | None:
        """What counts where nothing is said; None: nothing."""

    def read(self, value: Any) -> Value:
        """`value`, sent as JSON, as it is kept."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An execution algorithm, in a file of its own in `kinds/`, which holds it as KIND.

    title, meaning: to people. examples: parameters to begin with, for an order of 1,000 steps at a limit that starts at
    00:00 UTC of 2025-01-01; a form shows the first, the contract tests try each and vary it. check: raises
    BadAlgorithm where parameters contradict each other. ask: what it wants, told the volume traded since the moment of
    `counts_from_ms`; None where it needs no volume. plan: what is planned, None where the market decides.
    """

    name: str
    title: str
    meaning: str
    parameters: tuple[Parameter, ...]
    examples: tuple[Mapping[str, Any], ...]
    check: Callable[[Parent], None]
    ask: Callable[[Parent, State, int, int], Ask]
    counts_from_ms: Callable[[Parent, State, int], int | None] | None = None
    plan: Callable[[Parent], Plan] | None = None
