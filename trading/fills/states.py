"""Where orders stand between two bars: frozen, and plain JSON on the way to a database and back.

`state.as_json()` is whole numbers, words and booleans; `read_state` makes an equal state of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.errors import OrderUnreadable

PENDING: Final = "pending"
WORKING: Final = "working"
FILLED: Final = "filled"
CANCELLED: Final = "cancelled"
EXPIRED: Final = "expired"
OPEN_STATES: Final = (PENDING, WORKING)


@dataclass(frozen=True, slots=True)
class OrderState:
    """Where one order stands.

    status: pending (waits for another order's fill), working, filled, cancelled, expired. triggered: its stop was met.
    takes: at the next open it takes what is there instead of resting. extreme: the best price a trailing stop has seen,
    0 while it does not trail. stop: the level of its trigger now, 0 while there is none. bars: how many it has met.
    """

    status: str = WORKING
    triggered: bool = False
    takes: bool = False
    extreme: int = 0
    stop: int = 0
    filled: int = 0
    bars: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.status in OPEN_STATES

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"type": "order", **asdict(self)}


@dataclass(frozen=True, slots=True)
class GroupState:
    """Where the orders of an OCO or OTO stand, in the order of `legs_of`."""

    legs: tuple[OrderState, ...]

    @property
    def is_open(self) -> bool:
        """Whether any of them may still fill."""
        return any(leg.is_open for leg in self.legs)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"type": "group", "legs": [leg.as_json() for leg in self.legs]}


@dataclass(frozen=True, slots=True)
class BracketState:
    """Where a bracket stands: its entry, and then the position.

    entry_ticks: what it was entered at, 0 before. entry_ppm: the fee that was paid. left: steps still held. stop: the
    level now. extreme: what the trailing stop follows. hit: how many targets have filled. even: the stop was moved to
    break even. bars: lived in the position.
    """

    entry: OrderState | GroupState = field(default_factory=OrderState)
    entry_ticks: int = 0
    entry_ppm: int = 0
    left: int = 0
    stop: int = 0
    extreme: int = 0
    hit: int = 0
    even: bool = False
    bars: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the entry may fill, or something of the position is left."""
        return self.entry.is_open or self.left > 0

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"type": "bracket", **asdict(self), "entry": self.entry.as_json()}


State = OrderState | GroupState | BracketState


def read_state(raw: Mapping[str, Any]) -> State:
    """The state that `as_json` wrote. Raises OrderUnreadable."""
    plain = dict(raw)
    kind = plain.pop("type", None)
    if odd := [name for name, value in plain.items() if isinstance(value, float)]:
        raise OrderUnreadable(_("An order's state cannot be read: %(why)s."), why=f"{', '.join(odd)} is not whole")
    try:
        if kind == "order":
            return OrderState(**plain)
        if kind == "group":
            return GroupState(tuple(_leg(each) for each in plain["legs"]))
        if kind == "bracket":
            return BracketState(**plain | {"entry": _entry(plain["entry"])})
    except (KeyError, TypeError) as error:
        raise OrderUnreadable(_("An order's state cannot be read: %(why)s."), why=str(error)) from None
    raise OrderUnreadable(_("An order's state cannot be read: %(why)s."), why=f"type {kind!r}")


def _entry(raw: Mapping[str, Any]) -> OrderState | GroupState:
    state = read_state(raw)
    if isinstance(state, BracketState):
        raise OrderUnreadable(_("An order's state cannot be read: %(why)s."), why="an entry is one order or a pair")
    return state


def _leg(raw: Mapping[str, Any]) -> OrderState:
    state = read_state(raw)
    if not isinstance(state, OrderState):
        raise OrderUnreadable(_("An order's state cannot be read: %(why)s."), why="a leg is one order")
    return state
