"""The market of the backtest's benchmark: a seeded walk of minutes on which other programs can trade the same.

Each candle opens where the one before closed, prices have a fine tick and the size is whole, so that a program that
counts in floats and in whole units gets the same trades; there is no slippage, for nobody models it alike.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import Bars, Floats, Instrument, Ints, Timeframe
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.terms import CAPITAL_MAX, Size, Sizing, Terms
from trading.fills.types import Costs

BARS, SEED, START_MS = 525_600, 4, 1_704_067_200_000
FEE_PPM, STOP_BPS, TARGET_BPS = 1_000, 200, 500
PAIR = {"fast": 24, "slow": 96, "band_bps": 5}
ORDER = Decimal(1_000)
SIMULATED = Instrument("bench:SIM/USD", "SIM", "USD", Decimal("0.000001"), Decimal(1), simulated=True)


def pairs() -> list[tuple[int, int]]:
    """A hundred pairs of windows."""
    return [(fast, slow) for fast in range(5, 55, 5) for slow in range(60, 260, 20)]


def world() -> Markets:
    """A year of minutes."""
    dice = np.random.default_rng(SEED)
    close = 100 * np.exp(dice.normal(0, 0.0006, BARS).cumsum())
    ticks = np.rint(close * 1_000_000).astype(np.int64)
    opens = np.concatenate(([100_000_000], ticks[:-1]))
    wick = np.rint(dice.uniform(0, 0.0004, (2, BARS)) * ticks).astype(np.int64)
    high, low = np.maximum(opens, ticks) + wick[0], np.minimum(opens, ticks) - wick[1]
    open_ms = START_MS + Timeframe.M1.ms * np.arange(BARS, dtype=np.int64)
    columns = (opens, high, low, ticks, np.ones(BARS), np.zeros(BARS, dtype=bool))
    return Markets([Market(SIMULATED, Bars(SIMULATED.id, Timeframe.M1, SIMULATED.tick, open_ms, *columns))])


def units_at(ticks: Ints) -> Floats:
    """How many whole units an order buys at these prices, as floats."""
    return (int(ORDER / SIMULATED.tick) // ticks).astype(np.float64)


def terms() -> Terms:
    """The same order each time, in whole units, with fees, a stop and a target."""
    return Terms(
        capital=Decimal(100_000),
        costs=Costs(FEE_PPM, FEE_PPM, 0),
        size=Size(Sizing.FIXED, amount=ORDER),
        stop_bps=STOP_BPS,
        target_bps=TARGET_BPS,
        collar_bps=0,
        position_pct=Decimal(100),
        risk_pct=Decimal(100),
        daily_loss_pct=Decimal(100),
        order_max=CAPITAL_MAX,
    )
