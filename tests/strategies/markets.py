"""Bars for tests: real ones from recorded candles, and a seeded walk for where there are none."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow.parquet as pq

from cryptouniverse.kernel.market import Bars, Timeframe

TICK = Decimal("0.00001")
START_MS = 1_704_067_200_000  # 2024-01-01


def bars_from(open_ms, open_, high, low, close, volume, *, instrument_id="binance:BTC/USDT", timeframe=Timeframe.H1):
    ticks = [np.rint(np.asarray(prices) / float(TICK)).astype(np.int64) for prices in (open_, high, low, close)]
    filled = np.zeros(len(open_ms), dtype=bool)
    return Bars(instrument_id, timeframe, TICK, np.asarray(open_ms), *ticks, np.asarray(volume, dtype=float), filled)


@cache
def real_bars(folder, symbol="BTC-USDT", timeframe=Timeframe.H1):
    table = pq.read_table(folder / "ohlcv" / f"binance_{symbol}_{timeframe.value}.parquet").to_pydict()
    columns = [table[name] for name in ("ts", "open", "high", "low", "close", "volume")]
    return bars_from(*columns, instrument_id=f"binance:{symbol.replace('-', '/')}", timeframe=timeframe)


def walk(n, *, seed=11, instrument_id="binance:BTC/USDT", timeframe=Timeframe.H1, start_ms=START_MS):
    noise = np.random.default_rng(seed)
    close = 100 * np.exp(noise.normal(0, 0.012, n).cumsum())
    open_ = np.concatenate(([100.0], close[:-1]))
    wick = noise.uniform(0, 0.006, (2, n))
    high, low = np.maximum(open_, close) * (1 + wick[0]), np.minimum(open_, close) * (1 - wick[1])
    open_ms = start_ms + timeframe.ms * np.arange(n, dtype=np.int64)
    volume = noise.uniform(1, 9, n)
    return bars_from(open_ms, open_, high, low, close, volume, instrument_id=instrument_id, timeframe=timeframe)


def given_stored(*markets):
    """Candles in the database, as an import leaves them."""
    from trading.marketdata.store import Listing, store_candles
    from trading.marketdata.types import CandleColumns, MarketSource

    for bars in markets:
        base, _, quote = bars.instrument_id.partition(":")[2].partition("/")
        listing = Listing(bars.instrument_id, base, quote, MarketSource.IMPORTED, TICK, Decimal("0.001"))
        prices = (np.round(column * float(TICK), 5) for column in (bars.open, bars.high, bars.low, bars.close))
        columns = CandleColumns(bars.open_ms, *prices, bars.volume)
        store_candles(listing=listing, timeframe=bars.timeframe, candles=columns)
