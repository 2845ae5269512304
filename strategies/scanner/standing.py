"""Which entry still stands, and what it risks: nothing later than the last closed candle is looked at. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Bars, Instrument
from strategies.backtest.engine.entries import away
from strategies.catalog.asking import KEEP, Asked
from strategies.catalog.types import LONG
from strategies.scanner.types import AGE_MAX, Levels, Standing
from trading.fills.types import BPS, PPM, Costs

_CENTS: Final = Decimal("0.01")
_HUNDRED: Final = Decimal(100)


def standing_of(bars: Bars, asked: Asked, *, stop_bps: int, target_bps: int) -> Standing | None:
    """The entry that the last of `bars` leaves standing; None where there is none.

    asked: what is asked for after each of the last `len(asked)` bars. An entry stands while nothing else was asked for,
    neither its stop nor its target was touched since, and AGE_MAX candles have not passed.
    """
    said = np.flatnonzero(asked != KEEP)
    if not len(said) or asked[said[-1]] != LONG:
        return None
    age = len(asked) - 1 - int(said[-1])
    at = len(bars) - 1 - age
    close = int(bars.close[at])
    stop = close - away(close, stop_bps)
    target = close + away(close, target_bps) if target_bps else 0
    since = bars[at + 1 :]
    touched = (since.low <= stop).any() or (target and (since.high >= target).any())
    if age > AGE_MAX or touched or not 0 < stop < int(bars.close[-1]):
        return None
    return Standing(int(bars.open_ms[at]), age, int(bars.close[-1]), stop, target)


def levels_of(standing: Standing, instrument: Instrument, costs: Costs) -> Levels:
    """The entry's prices, with what it risks and what it may bring."""
    entry, stop = instrument.price_of(standing.entry), instrument.price_of(standing.stop)
    target = instrument.price_of(standing.target) if standing.target else None
    fee, slip = Decimal(costs.taker_ppm) / PPM, Decimal(costs.slippage_bps) / BPS
    back = stop * (1 - slip) * (1 - fee) / (entry * (1 + slip) * (1 + fee))
    return Levels(
        entry=entry,
        stop=stop,
        target=target,
        risk_pct=_rounded((entry - stop) / entry * _HUNDRED),
        reward_r=None if target is None else _rounded((target - entry) / (entry - stop)),
        risk_of_100=_rounded(_HUNDRED * (1 - back)),
    )


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_CENTS, rounding=ROUND_HALF_EVEN)
