"""From float prices to whole ticks, exactly: the one crossing point for candles. Pure."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import INT64_MAX, MINOR_PER_UNIT, Floats, Ints
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.marketdata.errors import CandlesRefused
from trading.marketdata.packing import TickColumns
from trading.marketdata.types import CandleColumns

RELATIVE_ERROR_MAX = 1e-9  # a price further than this from its tick is refused
_PLACES_MAX = 18


def tick_of(candles: CandleColumns) -> Decimal:
    """The coarsest power of ten that every price is a whole number of, within 1e-9 of itself.

    On an exchange's prices this is the tick they are quoted in. Prices with noise beyond any grid (means, conversions)
    get the tick that keeps them to nine digits, no finer: tick and step share the 1e-8 of the quote between them.
    """
    prices = np.concatenate([candles.open, candles.high, candles.low, candles.close])
    for places in range(_PLACES_MAX):
        per_unit = 10.0**places
        if bool(np.all(np.abs(np.rint(prices * per_unit) / per_unit - prices) <= RELATIVE_ERROR_MAX * prices)):
            return Decimal(1).scaleb(-places)
    return Decimal(1).scaleb(-_PLACES_MAX)


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
        reason = said(
            _("%(column)s %(price)s is not a whole number of ticks of %(tick)s"),
            column=name,
            price=repr(float(prices[row])),
            tick=tick,
        )
        raise CandlesRefused(reason, row=row + 1)
    return nearest.astype(np.int64)
