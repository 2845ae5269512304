"""One price made of a bar's four, and bars made of bars."""

from __future__ import annotations

from typing import NamedTuple

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.declaring import bars_before, indicator
from trading.indicators.library import ta


class Candles(NamedTuple):
    """Open, high, low and close."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats


@indicator(
    _("Heikin-Ashi"),
    convention=_("The first open is the mean of open and close; each later one the mean of the last candle's body."),
    source="Valcu 2004, Stocks & Commodities 22:2",
    warmup=bars_before(0),
    library="HA",
)
def heikin_ashi(open: Floats, high: Floats, low: Floats, close: Floats) -> Candles:
    """Heikin-Ashi candles, in price."""
    return Candles(*ta().HA(open, high, low, close))


@indicator(
    _("Typical price"),
    convention=_("(high + low + close) / 3"),
    source="TA-Lib TYPPRICE",
    warmup=bars_before(0),
    library="TYPPRICE",
)
def typical_price(high: Floats, low: Floats, close: Floats) -> Floats:
    """The mean of high, low and close."""
    line: Floats = ta().TYPPRICE(high, low, close)
    return line


@indicator(
    _("Median price"),
    convention=_("(high + low) / 2"),
    source="TA-Lib MEDPRICE",
    warmup=bars_before(0),
    library="MEDPRICE",
)
def median_price(high: Floats, low: Floats) -> Floats:
    """The mean of high and low."""
    line: Floats = ta().MEDPRICE(high, low)
    return line


@indicator(
    _("Weighted close"),
    convention=_("(high + low + 2 * close) / 4"),
    source="TA-Lib WCLPRICE",
    warmup=bars_before(0),
    library="WCLPRICE",
)
def weighted_close(high: Floats, low: Floats, close: Floats) -> Floats:
    """The mean of high, low and twice the close."""
    line: Floats = ta().WCLPRICE(high, low, close)
    return line


@indicator(
    _("Average price"),
    convention=_("(open + high + low + close) / 4"),
    source="TA-Lib AVGPRICE",
    warmup=bars_before(0),
    library="AVGPRICE",
)
def average_price(open: Floats, high: Floats, low: Floats, close: Floats) -> Floats:
    """The mean of the four prices."""
    line: Floats = ta().AVGPRICE(open, high, low, close)
    return line
