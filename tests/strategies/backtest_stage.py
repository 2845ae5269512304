"""A market in a few numbers, and runs over it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import Bars, Instrument, Timeframe
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Size, Sizing, Terms
from strategies.catalog.asking import KEEP
from tests.strategies.markets import START_MS
from trading.fills.types import Costs

BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.001"))
ETH = Instrument("binance:ETH/USDT", "ETH", "USDT", Decimal("0.01"), Decimal("0.001"))
FREE = Costs(0, 0, 0)
HUNDRED = Decimal(100)
PLAIN = {  # a position of 1,000 USDT, without limits and costs
    "costs": FREE,
    "size": Size(Sizing.FIXED, amount=Decimal(1_000)),
    "stop_bps": 0,
    "collar_bps": 0,
    "position_pct": HUNDRED,
    "risk_pct": HUNDRED,
    "daily_loss_pct": HUNDRED,
    "borrow_pct": Decimal(0),
}


def terms(**changed) -> Terms:
    """PLAIN, with some of it changed."""
    return Terms(**{**PLAIN, **changed})


def market(*candles, instrument=BTC, timeframe=Timeframe.H1, filled=(), without=(), start_ms=START_MS) -> Market:
    """Candles as (open, high, low, close), or one price for all. filled: which are invented; without: which lack."""
    rows = [c if isinstance(c, tuple) else (c,) * 4 for c in candles]
    kept = [at for at in range(len(rows)) if at not in without]
    ticks = np.array([[instrument.ticks_nearest(Decimal(str(p))) for p in rows[at]] for at in kept], dtype=np.int64)
    flags = np.array([at in filled for at in kept], dtype=bool)
    open_ms = start_ms + timeframe.ms * np.array(kept, dtype=np.int64)
    columns = [np.ascontiguousarray(column) for column in ticks.T]
    bars = Bars(instrument.id, timeframe, instrument.tick, open_ms, *columns, np.full(len(kept), 10.0), flags)
    return Market(instrument, bars)


def asks(market: Market, **at) -> np.ndarray:
    """What is asked for: `asks(market, b0=1, b3=0)` after bars 0 and 3."""
    asked = np.full(len(market.bars), KEEP, dtype=np.int8)
    for name, stance in at.items():
        asked[int(name[1:])] = stance
    return asked


def ran(one: Market, changed=None, **at):
    """One market, run over in PLAIN terms."""
    return run(Markets([one]), [asks(one, **at)], terms(**(changed or {})))
