"""What an order asks for: one order, or several that hang together. Frozen values in whole ticks and steps.

A value takes whatever whole numbers it is given, and raises FloatRefused for others; `check` (checks.py) says what
contradicts itself or the market, and `read_spec` (reading.py) makes values of plain JSON. `step` (working.py) lets them
meet bars.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from cryptouniverse.kernel.errors import FloatRefused

MARKET: Final = "market"
LIMIT: Final = "limit"
STOP: Final = "stop"
STOP_LIMIT: Final = "stop_limit"
TAKE_PROFIT: Final = "take_profit"
TAKE_PROFIT_LIMIT: Final = "take_profit_limit"
TRAILING: Final = "trailing"
KINDS: Final = (MARKET, LIMIT, STOP, STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT, TRAILING)
GROUPS: Final = ("oco", "oto", "bracket")

GTC: Final = "GTC"
IOC: Final = "IOC"
FOK: Final = "FOK"
POST_ONLY: Final = "GTX"
TIMES: Final = (GTC, IOC, FOK, POST_ONLY)

LAST: Final = "last"
CLOSE: Final = "close"
SOURCES: Final = (LAST, CLOSE)


@dataclass(frozen=True, slots=True)
class Trail:
    """How a stop trails the best price.

    delta_ticks or delta_bps: its distance, one of them. activation_ticks: it trails only once this was reached; 0: from
    the start. activation_way: +1 reached by a rising price, -1 by a falling one, 0 the way that is good for the order.
    source: the best of every price ("last") or of closes alone ("close"). on_close_only: the stop is looked at when a
    bar has closed, and then fills at the next bar's open.
    """

    delta_ticks: int = 0
    delta_bps: int = 0
    activation_ticks: int = 0
    activation_way: int = 0
    source: str = LAST
    on_close_only: bool = False

    def __post_init__(self) -> None:
        _require_whole(self)


@dataclass(frozen=True, slots=True)
class OrderSpec:
    """One order. kind: one of KINDS. side: +1 buy, -1 sell. steps: its whole size.

    limit_ticks: the worst price, for the limit kinds; with `trailing` the limit of what it becomes, or 0. stop_ticks:
    what triggers a stop or a take profit. trail: for `trailing` alone. visible_steps: an iceberg shows so much at a
    time, 0 all. In bars an iceberg fills like the whole order: its parts stand at one price.
    """

    kind: str
    side: int
    steps: int
    limit_ticks: int = 0
    stop_ticks: int = 0
    time_in_force: str = GTC
    trail: Trail | None = None
    visible_steps: int = 0

    def __post_init__(self) -> None:
        _require_whole(self)


@dataclass(frozen=True, slots=True)
class Oco:
    """Two orders for the same side and size, above and below the market: what one gets ends the other."""

    one: OrderSpec
    other: OrderSpec


@dataclass(frozen=True, slots=True)
class Oto:
    """An order, and what is placed when it has filled: one order, or two of which one cancels the other."""

    first: OrderSpec
    then: OrderSpec | Oco


@dataclass(frozen=True, slots=True)
class Target:
    """A limit at which a part of a position is closed with a profit."""

    ticks: int
    steps: int

    def __post_init__(self) -> None:
        _require_whole(self)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """When the stop moves to entry plus fees: after so many targets, or after a move of so many bps. 0: not by that."""

    after_target: int = 0
    after_bps: int = 0

    def __post_init__(self) -> None:
        _require_whole(self)


@dataclass(frozen=True, slots=True)
class Bracket:
    """An entry and what protects it: a stop for all that is left, and targets for its parts, nearest first.

    entry: one order, or a pair of which one is entered. trail: the stop trails as well, and the better of both levels
    counts. time_stop_bars: the position is closed at the open that follows so many bars in it, the bar of the entry
    counted; 0: never.
    """

    entry: OrderSpec | Oco
    stop_ticks: int
    targets: tuple[Target, ...] = ()
    trail: Trail | None = None
    break_even: BreakEven | None = None
    time_stop_bars: int = 0

    def __post_init__(self) -> None:
        _require_whole(self)

    @property
    def side(self) -> int:
        """Of the entry; what protects it is for the other side."""
        return legs_of(self.entry)[0].side

    @property
    def steps(self) -> int:
        """How much is entered."""
        return legs_of(self.entry)[0].steps

    @property
    def worst_ticks(self) -> int:
        """The worst price that the entry may get: of a pair the dearer leg's, in the sense of its side; 0: any."""
        limits = [leg.limit_ticks for leg in legs_of(self.entry)]
        return 0 if 0 in limits else max(limits) if self.side > 0 else min(limits)


Spec = OrderSpec | Oco | Oto | Bracket


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar's four prices in ticks. A bar that was invented to fill a gap is never passed on."""

    open: int
    high: int
    low: int
    close: int


def _require_whole(value: Any) -> None:
    for each in fields(value):
        number = getattr(value, each.name)
        if each.type == "int" and type(number) is not int:
            raise FloatRefused(f"{each.name} counts in whole units; {number!r} is not an int")


def trigger_way(spec: OrderSpec) -> int:
    """How its trigger is met: +1 by a rising price, -1 by a falling one, 0 where it has none."""
    if spec.kind in {STOP, STOP_LIMIT, TRAILING}:
        return spec.side
    return -spec.side if spec.kind in {TAKE_PROFIT, TAKE_PROFIT_LIMIT} else 0


def legs_of(spec: Spec) -> tuple[OrderSpec, ...]:
    """The single orders of a spec in the order in which fills and states number them; of a bracket its entry's."""
    if isinstance(spec, OrderSpec):
        return (spec,)
    if isinstance(spec, Oco):
        return spec.one, spec.other
    if isinstance(spec, Oto):
        return spec.first, *legs_of(spec.then)
    return legs_of(spec.entry)
