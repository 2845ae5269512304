"""What the product asks of an exchange, and the values it gets: market data for everybody, orders for a key's owner."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple, Protocol

from cryptouniverse.kernel.market import Side, Timeframe

PAIR_SUFFIX: Final = "-2"  # of the client id of a pair's second order
CLOCK_OFFSET_MS_MAX: Final = 500  # beyond it a venue refuses what we sign, or takes it too late: entries stop


@dataclass(frozen=True, slots=True)
class PriceBand:
    """How far an order's price may be from the market's: factors of its average price, for bids and for asks."""

    buy_low: Decimal
    buy_high: Decimal
    sell_low: Decimal
    sell_high: Decimal


@dataclass(frozen=True, slots=True)
class ExchangeMarket:
    """A pair as an exchange lists it. tick, step: smallest price and size change. min_notional: in quote currency.

    The other limits are None where the exchange states none; market_quantity_max is for market orders alone.
    """

    symbol: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_notional: Decimal
    max_notional: Decimal | None = None
    quantity_min: Decimal | None = None
    quantity_max: Decimal | None = None
    market_quantity_max: Decimal | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    band: PriceBand | None = None
    open_orders_max: int | None = None


class ExchangeCandle(NamedTuple):
    """One candle as an exchange sends it: UTC ms of its open, exact prices, volume in base units."""

    open_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


class ExchangeBook(NamedTuple):
    """The best of a book as an exchange sends it: (price, size in base units) from the best down, exact."""

    bids: tuple[tuple[Decimal, Decimal], ...]
    asks: tuple[tuple[Decimal, Decimal], ...]


class ExchangeReader(Protocol):
    """Public market data of one exchange. Every call raises ExchangeUnavailable when no usable answer comes."""

    @property
    def venue(self) -> str:
        """The exchange's name, such as "binance"."""

    def reachable(self, *, within_s: float) -> bool:
        """Whether the exchange answers at all; says so within `within_s` seconds, whatever the network does."""

    def markets(self, symbols: Collection[str]) -> dict[str, ExchangeMarket]:
        """Those of `symbols` ("BTC/USDT", "BTC/USDT:USDT-261225") that are traded there now, by symbol.

        Sizes are of the coin, whatever the size of a contract is. Raises Invalid for a contract that is not known here.
        """

    def candles(self, symbol: str, timeframe: Timeframe, *, start_ms: int, limit: int) -> list[ExchangeCandle]:
        """Up to `limit` candles from `start_ms` on, oldest first; fewer does not mean that there are no more.

        A candle without a price (0, nothing, not a number) is left out. The last one may still be forming. The volume
        of a contract is counted as the exchange does it: in coins, or in contracts.
        """

    def perpetuals(self, symbols: Collection[str]) -> dict[str, str]:
        """Of those spot `symbols` that have one, the linear perpetual of the same base and quote, by symbol."""

    def funding(self, perpetual: str, *, start_ms: int, limit: int) -> list[tuple[int, Decimal]]:
        """Up to `limit` (UTC ms at which it was set, rate) of a perpetual from `start_ms` on, oldest first."""

    def book(self, symbol: str, *, depth: int) -> ExchangeBook:
        """The best `depth` levels a side as they are now; fewer where there are fewer."""


class OrderKind(enum.StrEnum):
    """What kind of order a venue is asked for. STOP rests and becomes a market order at its stop price; STOP_LIMIT
    becomes a limit order there; TRAILING becomes one where the price has turned by `trail_bps` from its best.
    """

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING = "trailing"


class TimeInForce(enum.StrEnum):
    """How long a limit order waits: until cancelled, or not at all (IOC: what fills at once; FOK: all or nothing).

    GTX: it rests or is refused, and never takes (post-only).
    """

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTX = "GTX"


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """One order as it is sent, once.

    client_order_id: ours, stored before. quantity: base units on the venue's step; prices on its tick.
    signed_at_ms: the venue's time that is signed. window_ms: after signed_at_ms + window_ms the venue refuses it.
    reduces: whether it makes a position smaller (exits, stops): then it may use the budget's reserve and is tried
    while entries wait for a venue that is in trouble. visible_quantity: an iceberg shows so much at a time; None: all.
    trail_bps: how far a trailing order follows, which begins at its stop price where it has one. pair_price: a second
    order waits at this limit on the other side of the market, and what one of them gets ends the other (OCO).
    """

    client_order_id: str
    symbol: str
    side: Side
    kind: OrderKind
    quantity: Decimal
    signed_at_ms: int
    window_ms: int
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    reduces: bool = False
    visible_quantity: Decimal | None = None
    trail_bps: int = 0
    pair_price: Decimal | None = None

    @property
    def pair_id(self) -> str:
        """The client id of the pair's second order."""
        return self.client_order_id + PAIR_SUFFIX


@dataclass(frozen=True, slots=True)
class VenueTrade:
    """One fill at the venue. trade_id: unique for the account. quantity: base units; fee: of any asset."""

    trade_id: str
    venue_order_id: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_currency: str
    at_ms: int
    maker: bool = False


class VenueStatus(enum.StrEnum):
    """Where an order stands at the venue. The last four are final."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class VenueOrder:
    """An order as the venue has it. executed: base units filled so far. client_order_id: "" where it keeps none.

    trades: those that came along with the answer, which need not be all.
    """

    venue_order_id: str
    client_order_id: str
    symbol: str
    side: Side
    status: VenueStatus
    quantity: Decimal
    executed: Decimal
    created_ms: int
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trades: tuple[VenueTrade, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The venue has the order; of a pair, the second one as well."""

    order: VenueOrder
    pair: VenueOrder | None = None

    @property
    def orders(self) -> tuple[VenueOrder, ...]:
        """All that it is about."""
        return (self.order,) if self.pair is None else (self.order, self.pair)


@dataclass(frozen=True, slots=True)
class Rejected:
    """The venue refused it for good, with a code that is on its list of refusals: there is no such order."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not be there: a time-out, a 5xx, a duplicate id, HTML, anything that is not on the lists."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The order to cancel is not open any more: filled, cancelled before, or never there. Look it up."""


Outcome = Accepted | Rejected | Unknown
Cancelled = Accepted | Gone | Unknown


@dataclass(frozen=True, slots=True)
class VenueBalance:
    """One asset at the venue."""

    free: Decimal
    locked: Decimal


@dataclass(frozen=True, slots=True)
class KeyRights:
    """What an API key may do. None: the venue does not tell."""

    trade: bool | None
    withdraw: bool | None
    transfer: bool | None
    ip_restricted: bool | None


@dataclass(frozen=True, slots=True)
class StreamGap:
    """The stream was away: what happened meanwhile must be asked for."""


StreamNews = VenueOrder | VenueTrade | StreamGap


class OrderVenue(Protocol):
    """One account at one venue. Reads raise ExchangeUnavailable where no usable answer comes: never "not there".

    Every call may raise KeyRefused (key wrong, revoked or without the right: the venue looked no further, so a write
    did nothing) and VenueBusy (an ExchangeUnavailable: nothing was sent, try again after its `retry_after_s`).
    Nothing here retries a write, and a write that raises anything sent nothing, or nothing that the venue looked at.
    """

    async def place(self, request: OrderRequest) -> Outcome:
        """Send `request` once."""

    async def cancel(self, *, symbol: str, venue_order_id: str) -> Cancelled:
        """Ask for an order's end, once. Accepted carries the order as it ended."""

    async def find_order(self, *, symbol: str, client_order_id: str) -> VenueOrder | None:
        """The newest order with this client id; None only where the venue says that there is none."""

    async def order(self, *, symbol: str, venue_order_id: str) -> VenueOrder | None:
        """The order with the venue's own id; None only where the venue says that there is none."""

    async def open_orders(self) -> list[VenueOrder]:
        """Every open order of the account, foreign ones included."""

    async def orders_since(self, *, symbol: str, since_ms: int) -> list[VenueOrder]:
        """Every order of `symbol` created at or after `since_ms`, whatever its state, oldest first."""

    async def trades_since(self, *, symbol: str, since_ms: int) -> list[VenueTrade]:
        """Every trade of `symbol` at or after `since_ms`, oldest first."""

    async def balances(self) -> dict[str, VenueBalance]:
        """Assets of which there is any."""

    async def rights(self) -> KeyRights:
        """What the key may do."""

    async def clock_offset_ms(self) -> int:
        """The venue's time less ours, by half of the round trip."""

    async def last_price(self, symbol: str) -> Decimal:
        """The last price traded."""

    async def markets(self) -> dict[str, ExchangeMarket]:
        """Every pair that can be traded now, by symbol."""

    def news(self) -> AsyncIterator[StreamNews]:
        """Orders and trades of the account as they happen, over the venue's user stream.

        A StreamGap comes whenever the stream is up, the first time and after each break: from then on nothing is
        missed, what was before must be asked for. Messages may come twice or out of order. Reconnects by itself, with
        growing pauses, until closed.
        """

    async def close(self) -> None:
        """Close every socket."""
