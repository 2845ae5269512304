"""From float prices to whole ticks, exactly: the one crossing point for candles. Pure."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import INT64_MAX, MINOR_PER_UNIT, Floats, Ints
from trading.marketdata.errors import CandlesRefused
from trading.marketdata.packing import TickColumns
from trading.marketdata.types import CandleColumns

RELATIVE_ERROR_MAX = 1e-9  # a price further than this from its tick is refused
_PLACES_MAX = 18


def tick_of(candles: CandleColumns) -> Decimal:
    """The coarsest power of ten in which every price is whole, so that nothing finer than the data is pretended.

    Prices with noise beyond any decimal grid (means, conversions) get the coarsest tick whose error is below 1e-9 of the
    lowest price instead.
    """
    prices = np.concatenate([candles.open, candles.high, candles.low, candles.close])
    fallback = _places_enough(float(prices.min()))
    for places in range(fallback):
        if _all_whole(prices, places):
            return Decimal(1).scaleb(-places)
    return Decimal(1).scaleb(-fallback)


def step_of(tick: Decimal) -> Decimal:
    """The finest size step that keeps every amount a whole number of minor units: tick times step is 1e-8."""
    return Decimal(1) / MINOR_PER_UNIT / tick


def as_ticks(candles: CandleColumns, tick: Decimal) -> TickColumns:
    """`candles` in whole ticks: the nearest one. Raises CandlesRefused where a price is not on one, or is too large."""
    opens, highs, lows, closes = (
        _ticks(name, getattr(candles, name), tick) for name in ("open", "high", "low", "close")
    )
    return TickColumns(candles.open_ms, opens, highs, lows, closes, candles.volume)


def _ticks(name: str, prices: Floats, tick: Decimal) -> Ints:
    per_unit = float(1 / tick)
    nearest = np.rint(prices * per_unit)
    wrong = (np.abs(nearest / per_unit - prices) > RELATIVE_ERROR_MAX * prices) | (nearest < 1)
    wrong |= nearest > float(INT64_MAX // 1024)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise CandlesRefused(f"{name} {float(prices[row])!r} is not a whole number of ticks of {tick}", row=row + 1)
    return nearest.astype(np.int64)


def _all_whole(prices: Floats, places: int) -> bool:
    per_unit = 10.0**places
    return bool(np.all(np.rint(prices * per_unit) / per_unit == prices))


def _places_enough(lowest: float) -> int:
    places = 0
    while places < _PLACES_MAX and 0.5 * 10.0**-places >= RELATIVE_ERROR_MAX * lowest:
        places += 1
    return places
