"""Fetching recent candles from an exchange."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import numpy as np

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from trading.exchanges.services import candle_history, exchange_reader
from trading.exchanges.types import ExchangeCandle, ExchangeMarket, ExchangeReader
from trading.marketdata.files import checked
from trading.marketdata.store import Listing, store_candles
from trading.marketdata.types import CandleColumns, MarketSource, Stored

VENUE = "binance"
SYMBOLS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "DOGE/USDT", "LTC/USDT", "AVAX/USDT", "LINK/USDT")
DAYS = 60
REACHABLE_WITHIN_S = 3.0


def fetch_candles(
    *,
    reader: ExchangeReader | None = None,
    symbols: Collection[str] = SYMBOLS,
    timeframe: Timeframe = Timeframe.H1,
    days: int = DAYS,
) -> list[Stored]:
    """Fetch and store the closed candles of the last `days` days of each symbol that the exchange trades.

    Reads Binance unless given another `reader`; contracts ("BTC/USDT:USDT") only where `symbols` names them. Raises
    ExchangeUnavailable, with what was read before it kept, CandlesRefused for an answer that is malformed, and Invalid
    for a contract that is not known here.
    """
    reader = reader or exchange_reader(venue=VENUE)
    end_ms = clock.to_ms(clock.now()) // timeframe.ms * timeframe.ms
    start_ms = end_ms - days * DAY_MS
    results = []
    for symbol, market in reader.markets(symbols).items():
        history = candle_history(reader=reader, symbol=symbol, timeframe=timeframe, start_ms=start_ms, end_ms=end_ms)
        if history:
            candles = checked(_columns(history), timeframe)
            results.append(store_candles(listing=_listing(reader.venue, market), timeframe=timeframe, candles=candles))
    return results


def exchange_within_reach(reader: ExchangeReader) -> bool:
    """Whether there is a way to the exchange; no more than 3 s are spent on finding out."""
    return reader.reachable(within_s=REACHABLE_WITHIN_S)


def _listing(venue: str, market: ExchangeMarket) -> Listing:
    return Listing(
        id=f"{venue}:{market.symbol}",
        base=market.base,
        quote=market.quote,
        source=MarketSource.FETCHED,
        tick=market.tick,
        step=market.step,
        min_notional=max(market.min_notional, Decimal(0)),
    )


def _columns(history: list[ExchangeCandle]) -> CandleColumns:
    opens, *numbers = zip(*history, strict=True)
    return CandleColumns(np.array(opens, dtype=np.int64), *(np.array(column, dtype=np.float64) for column in numbers))
