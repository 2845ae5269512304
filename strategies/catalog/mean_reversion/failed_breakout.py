"""Failed breakout: a new low that does not hold traps its sellers (Raschke and Connors 1995, Turtle Soup)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, holding, opposed
from trading.indicators.channels import donchian


def warmup(parameters: Mapping[str, int]) -> int:
    """The channel, and then one stay."""
    return parameters["period"] + parameters["stay"]


def decide(bars: Bars, *, period: int, stay: int) -> Stances:
    """Long for `stay` bars after a low below the channel that closes inside it; short after such a high; int8."""
    channel, price = donchian(bars.high_f, bars.low_f, period), bars.close_f
    below = above(channel.lower, bars.low_f) & above(price, channel.lower)
    beyond = above(bars.high_f, channel.upper) & above(channel.upper, price)
    silent = warmup({"period": period, "stay": stay})
    long = holding(below, beyond, patience=stay, warmup=silent)
    return opposed(long, holding(beyond, below, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="failed_breakout",
    title=_("Failed breakout"),
    family="mean_reversion",
    hypothesis=_(
        "Stops lie beyond an old extreme. When nobody goes on from there, those who were let in must come back out."
    ),
    regime=_("Wide ranges with clear edges."),
    known_failure=_("Breakouts that look back once, and go."),
    parameters=(
        Parameter("period", int, 24, 8, 150, _("Bars whose extremes count"), step=4),
        Parameter("stay", int, 12, 2, 60, _("Bars that it stays"), step=2),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=500,
    plan="basic",
    decide=decide,
    entry="pullback",
)
