"""The sandbox's orders: their kinds, their states, and what an order still needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from trading.sandbox.venue.amounts import text, units

BUY: Final = "BUY"
SELL: Final = "SELL"

NEW: Final = "NEW"
PENDING_NEW: Final = "PENDING_NEW"
PARTIAL: Final = "PARTIALLY_FILLED"
FILLED: Final = "FILLED"
CANCELED: Final = "CANCELED"
EXPIRED: Final = "EXPIRED"
EXPIRED_IN_MATCH: Final = "EXPIRED_IN_MATCH"
OPEN: Final = frozenset({NEW, PARTIAL, PENDING_NEW})

GTC: Final = "GTC"
IOC: Final = "IOC"
FOK: Final = "FOK"

MARKET_KINDS: Final = frozenset({"MARKET", "STOP_LOSS", "TAKE_PROFIT"})
STOP_KINDS: Final = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})

# A ticket's fields and what the journal calls them: amounts, and what is written as it is.
_AMOUNTS: Final = {
    "quantity": "qty",
    "price": "price",
    "stop": "stopPrice",
    "quote_quantity": "quoteOrderQty",
    "iceberg": "icebergQty",
}
_PLAIN: Final = {
    "symbol": "symbol",
    "side": "side",
    "kind": "type",
    "time_in_force": "timeInForce",
    "client_id": "sentClientOrderId",
    "trailing_bps": "trailingDelta",
    "timestamp": "timestamp",
    "window": "recvWindow",
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One order as it was asked for. Amounts in 1e-8; 0 where the kind of order does not have one.

    timestamp, window: what was signed, UTC ms and ms. trailing_bps: distance of a trailing stop in ten-thousandths.
    """

    symbol: str
    side: str
    kind: str
    quantity: int = 0
    price: int = 0
    stop: int = 0
    quote_quantity: int = 0
    time_in_force: str = GTC
    client_id: str = ""
    iceberg: int = 0
    trailing_bps: int = 0
    timestamp: int = 0
    window: int = 5000

    def facts(self) -> dict[str, Any]:
        """The ticket as the journal keeps it."""
        plain = {label: getattr(self, name) for name, label in _PLAIN.items()}
        return plain | {label: text(getattr(self, name)) for name, label in _AMOUNTS.items()}

    @classmethod
    def recalled(cls, line: dict[str, Any]) -> Ticket:
        """The ticket of a journal line."""
        values = {name: line[label] for name, label in _PLAIN.items()}
        return cls(**values | {name: units(line[label]) for name, label in _AMOUNTS.items()})


@dataclass(slots=True)
class Order:
    """One order in the sandbox. Amounts in 1e-8, times UTC ms.

    quantity: for a market order by quote amount, what was bought in the end. locked: what it holds of the account.
    working: whether it stands in the book (a stop does once it was triggered); turn: its place in the queue.
    extreme: the best price a trailing stop has seen. takes: in bar mode, that it takes at the next open.
    """

    id: int
    account: str
    ticket: Ticket
    client_id: str
    at_ms: int
    updated_ms: int
    quantity: int
    status: str = NEW
    executed: int = 0
    spent: int = 0
    locked: int = 0
    working: bool = True
    working_ms: int = 0
    turn: int = 0
    list_id: int = -1
    extreme: int = 0
    takes: bool = False
    cancel_id: str = ""
    trades: list[Trade] = field(default_factory=list, repr=False)

    @property
    def is_open(self) -> bool:
        """Whether it may still trade."""
        return self.status in OPEN

    @property
    def left(self) -> int:
        """What is not traded yet."""
        return self.quantity - self.executed

    @property
    def buys(self) -> bool:
        """Whether it is a buy."""
        return self.ticket.side == BUY

    @property
    def waits(self) -> bool:
        """Whether it is a stop that was not triggered yet."""
        return self.status in OPEN and not self.working and self.status != PENDING_NEW

    @property
    def limit(self) -> int:
        """The worst price it may trade at, 0 for a market order."""
        return 0 if self.ticket.kind in MARKET_KINDS else self.ticket.price


@dataclass(frozen=True, slots=True)
class Trade:
    """One fill as an account sees it. fee in `fee_asset`; maker: its order was there first."""

    id: int
    order_id: int
    list_id: int
    account: str
    symbol: str
    side: str
    price: int
    quantity: int
    quote: int
    fee: int
    fee_asset: str
    maker: bool
    at_ms: int
