"""Bars for tests: real ones from recorded candles, and a seeded walk for where there are none."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow.parquet as pq

from cryptouniverse.kernel.market import Bars, Timeframe
from strategies.catalog.beside import Beside, closes_beside

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


_HOURS, _PAID_MS = 20_000, 8 * 3_600_000


@cache
def _partner():
    """How far a coin that follows another one is away from it, hour by hour, and what holding it costs."""
    noise, away, rates = np.random.default_rng(17), np.zeros(_HOURS), np.zeros(_HOURS)
    for hour in range(1, _HOURS):
        away[hour] = 0.97 * away[hour - 1] + noise.normal(0, 0.006)
        rates[hour] = 0.98 * rates[hour - 1] + noise.normal(0, 0.00005)
    return away, rates[np.arange(_HOURS) // 8 * 8]


def beside_of(bars):
    """A partner that follows `bars`, and funding rates; the same at the same hour, wherever `bars` begins."""
    hours = (bars.open_ms - START_MS) // 3_600_000 % _HOURS
    away, rates = _partner()
    return Beside(bars.close_f * np.exp(away[hours]), rates[hours])


def beside_real(bars, other):
    """The real closes of another instrument, and made-up funding rates."""
    return Beside(closes_beside(bars, other), beside_of(bars).funding)


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


def given_funding(*markets):
    """Made-up funding rates in the database, one every eight hours while these markets have candles."""
    from trading.marketdata.services import store_funding
    from trading.marketdata.types import MarketSource

    for bars in markets:
        first, last = int(bars.open_ms[0]), int(bars.open_ms[-1]) + bars.timeframe.ms
        at_ms = np.arange(-(-first // _PAID_MS) * _PAID_MS, last, _PAID_MS)
        paid = 4 * _partner()[1][(at_ms - START_MS) // 3_600_000 % _HOURS]  # so dear that it is often crowded
        rates = [(int(at), Decimal(f"{rate:.8f}")) for at, rate in zip(at_ms, paid, strict=True)]
        store_funding(instrument_id=bars.instrument_id, moments=rates, source=MarketSource.IMPORTED)
