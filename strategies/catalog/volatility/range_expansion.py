"""Range expansion: with the close of a bar that is far wider than usual (Crabel 1990)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import WILDER_SETTLES, Parameter, Stances, Strategy, holding, opposed
from trading.indicators.series import ratio
from trading.indicators.volatility import volatility_ratio


def warmup(parameters: Mapping[str, float]) -> int:
    """Until the usual range has settled, and then one stay."""
    return int(WILDER_SETTLES * parameters["period"] + parameters["stay"])


def decide(bars: Bars, *, period: int, times: float, edge: float, stay: int) -> Stances:
    """Long for `stay` bars after a wide bar that closes in its top `edge`, short after one in its bottom; int8."""
    high, low, close = bars.high_f, bars.low_f, bars.close_f
    wide, place = volatility_ratio(high, low, close, period) > times, ratio(close - low, high - low)
    up, down = wide & (place > 1 - edge), wide & (place < edge)
    silent = warmup({"period": period, "stay": stay})
    long = holding(up, down, patience=stay, warmup=silent)
    return opposed(long, holding(down, up, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="range_expansion",
    title=_("Range expansion"),
    family="volatility",
    hypothesis=_(
        "A bar twice as wide as usual that closes at its end has unfinished business: its buyers were not served."
    ),
    regime=_("News, and what follows from it over hours."),
    known_failure=_("Exhaustion: the widest bar is sometimes the last."),
    parameters=(
        Parameter("period", int, 24, 5, 60, _("Bars in the usual range"), step=3),
        Parameter("times", float, 1.75, 1.1, 4.0, _("How many usual ranges the bar must have"), step=0.25),
        Parameter(
            "edge", float, 0.3, 0.05, 0.5, _("How near its end it must close, as a share of its range"), step=0.05
        ),
        Parameter("stay", int, 12, 1, 60, _("Bars that it stays"), step=2),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=800,
    plan="basic",
    decide=decide,
    entry="breakout",
)
