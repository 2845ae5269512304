"""Balance trend: with on-balance volume, where prices agree (Granville 1963)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, after_warmup
from trading.indicators.moving_averages import sma
from trading.indicators.volume import on_balance_volume


def warmup(parameters: Mapping[str, int]) -> int:
    """One average."""
    return parameters["period"]


def decide(bars: Bars, *, period: int) -> Stances:
    """Long where balance and close both stand above their averages, short where both stand below; int8."""
    price, balance = bars.close_f, on_balance_volume(bars.close_f, bars.volume)
    away, usual = balance - sma(balance, period), 1e-6 * sma(bars.volume, period)
    up, down = (away > usual) & above(price, sma(price, period)), (away < -usual) & above(sma(price, period), price)
    return after_warmup(up, down, warmup=period)


STRATEGY = Strategy(
    name="balance_trend",
    title=_("Balance trend"),
    family="volume",
    hypothesis=_("Volume goes before price: who accumulates does it on the bars that rise."),
    regime=_("Slow turns, with volume on one side."),
    known_failure=_("One bar of enormous volume keeps the balance on one side for days."),
    parameters=(Parameter("period", int, 60, 10, 250, _("Bars in the averages"), step=6),),
    warmup=warmup,
    stop_bps=350,
    target_bps=900,
    plan="basic",
    decide=decide,
    entry="trend",
)
