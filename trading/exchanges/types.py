"""What the product asks of an exchange when it only reads, and the values it gets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

from cryptouniverse.kernel.market import Timeframe


@dataclass(frozen=True, slots=True)
class ExchangeMarket:
    """A pair as an exchange lists it. tick, step: smallest price and size change. min_notional: in quote currency."""

    symbol: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_notional: Decimal


class ExchangeCandle(NamedTuple):
    """One candle as an exchange sends it: UTC ms of its open, exact prices, volume in base units."""

    open_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


class ExchangeReader(Protocol):
    """Public market data of one exchange. Every call raises ExchangeUnavailable when no usable answer comes."""

    @property
    def venue(self) -> str:
        """The exchange's name, such as "binance"."""

    def reachable(self, *, within_s: float) -> bool:
        """Whether the exchange answers at all; says so within `within_s` seconds, whatever the network does."""

    def markets(self, symbols: Collection[str]) -> dict[str, ExchangeMarket]:
        """Those of `symbols` ("BTC/USDT") that are traded there now, by symbol."""

    def candles(self, symbol: str, timeframe: Timeframe, *, start_ms: int, limit: int) -> list[ExchangeCandle]:
        """Up to `limit` candles from `start_ms` on, oldest first; fewer does not mean that there are no more.

        A candle without a price (0, nothing, not a number) is left out. The last one may still be forming.
        """
