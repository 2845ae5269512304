"""Markets, starts and sittings for managers; and the market that each of them is made for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import Bars, Instrument, Timeframe
from strategies.backtest.engine.managing.running import Sitting
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.terms import Terms
from strategies.catalog.managing import Start
from tests.strategies.backtest_stage import BTC, market
from tests.strategies.markets import START_MS
from trading.fills.types import Costs

FREE = Costs(0, 0, 0)


def start(price="100", *, funds="10000", costs=None, collar_bps=100, instrument=BTC) -> Start:
    """A manager that starts at `price`."""
    minor = int(Decimal(funds) * 10**8)
    return Start(instrument, instrument.ticks_nearest(Decimal(price)), minor, costs or Costs(), collar_bps)


def candles(*each, costs=FREE, capital="10000", collar_bps=1_000, **named) -> tuple[Markets, Terms]:
    """Candles as (open, high, low, close), or one price for all, and free terms."""
    terms = Terms(capital=Decimal(capital), costs=costs, collar_bps=collar_bps)
    return Markets([market(*each, **named)]), terms


def sit(manager, parameters, markets, terms, *, to=None, compiled=False) -> Sitting:
    """A manager that has worked up to bar `to`, or to the end; as plain Python where nothing else is said."""
    sitting = Sitting(manager, parameters, markets, terms, compiled=compiled)
    sitting.walk_to(markets.bars if to is None else to)
    return sitting


def swinging(n, *, seed=3, swing=0.05, noise=0.004, timeframe=Timeframe.H1, instrument=BTC, filled=0.0) -> Markets:
    """Prices that come back: noise around waves, with wicks. filled: the share of bars in which nothing trades."""
    dice = np.random.default_rng(seed)
    at = np.arange(n)
    log = swing * np.sin(at / 37 + seed) + swing / 2 * np.sin(at / 11) + dice.normal(0, noise, n)
    close = np.rint(10_000 * np.exp(log)).astype(np.int64)
    open_ = np.concatenate((close[:1], close[:-1])) + dice.integers(-20, 21, n)
    high = np.maximum(open_, close) + dice.integers(0, 60, n)
    low = np.maximum(np.minimum(open_, close) - dice.integers(0, 60, n), 1)
    flags = dice.random(n) < filled
    flags[0] = False
    for column in (open_, high, low):
        column[flags] = close[flags]
    open_ms = START_MS + timeframe.ms * at.astype(np.int64)
    columns = [np.ascontiguousarray(column) for column in (open_, high, low, close)]
    return Markets(
        [Market(instrument, Bars(instrument.id, timeframe, instrument.tick, open_ms, *columns, np.ones(n), flags))]
    )


def altered(markets: Markets, since: int) -> Markets:
    """The same market up to bar `since`, and another one from there on."""
    one = markets.each[0]
    factor = np.ones(len(one.bars), dtype=np.int64)
    factor[since:] = 3
    changed = {name: getattr(one.bars, name) * factor for name in ("open", "high", "low", "close")}
    return Markets([Market(one.instrument, replace(one.bars, **changed))])


def coarse(tick="0.01", step="0.001", least="5") -> Instrument:
    """An instrument of other units."""
    return Instrument("binance:BTC/USDT", "BTC", "USDT", Decimal(tick), Decimal(step), Decimal(least))
