"""A desk as people see it. Amounts in the quote currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class Begun(NamedTuple):
    """Where a desk began. funds: minor units."""

    slot_ms: int
    funds: int
    collar_bps: int


@dataclass(frozen=True, slots=True)
class OrderShown:
    """One order of a desk. kind: limit, market or stop; size: None for a stop, which sells all that is held.

    waits: what keeps it off the market, the rule's title, and its limit and value as `said` keeps them; "" where it
    rests. place: where it stands then: "rests" in the market, "sent" and not answered yet, or "here", which is watched
    here and sent when its moment comes. got: what it has got so far of its size and more, as it rests at an exchange.
    """

    side: str
    kind: str
    price: Decimal | None
    size: Decimal | None
    waits: str = ""
    limit: str = ""
    value: str = ""
    place: str = "rests"
    got: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Deal:
    """From flat to flat. profit: after fees."""

    opened_ms: int
    closed_ms: int
    profit: Decimal


@dataclass(frozen=True, slots=True)
class DeskShown:
    """What a bot keeps of one instrument, and what came of it. problem: why it has not begun, as `said` keeps it.

    at_limits: earned by resting sells, such as a grid's lines or a ladder's target; otherwise: by sales at the market
    or at a stop. unrealised: of what is still held, at the last price, its sale not paid. worth: its funds and
    these three. sales: how many sells at limits. at_exchange: its orders rest at an exchange, else on paper.
    """

    instrument_id: str
    begun_slot_ms: int
    funds: Decimal
    cash: Decimal
    held: Decimal
    cost: Decimal
    price: Decimal | None
    at_limits: Decimal
    otherwise: Decimal
    unrealised: Decimal
    sales: int
    ended: bool
    problem: str
    at_exchange: bool
    orders: tuple[OrderShown, ...]
    deals: tuple[Deal, ...]

    @property
    def average(self) -> Decimal | None:
        """What a unit of what is held has cost, fees in it."""
        return self.cost / self.held if self.held else None

    @property
    def worth(self) -> Decimal:
        """Funds with all that was earned, and lost."""
        return self.funds + self.at_limits + self.otherwise + self.unrealised
