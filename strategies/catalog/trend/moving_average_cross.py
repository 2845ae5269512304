"""Moving-average cross: long while the fast average stands above the slow one (Brock, Lakonishok and LeBaron 1992)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators import sma


def warmup(parameters: Mapping[str, int]) -> int:
    """One slow average."""
    return parameters["slow"]


def rule(parameters: Mapping[str, int]) -> str | None:
    """The fast average must be the faster one."""
    return None if parameters["fast"] < parameters["slow"] else _("fast must be below slow.")


def decide(bars: Bars, *, fast: int, slow: int, band_bps: int) -> Stances:
    """Long where the fast average is more than `band_bps` above the slow one; int8, as long as `bars`."""
    price = bars.close_f
    above = sma(price, fast) > sma(price, slow) * (1 + band_bps / 10_000)
    return after_warmup(above, warmup=slow)


STRATEGY = Strategy(
    name="moving_average_cross",
    title=_("Moving-average cross"),
    family="trend",
    hypothesis=_(
        "Prices trend, because news and buyers arrive over days and not at once: what rose for a while tends to go on."
    ),
    regime=_("Long trends with shallow pullbacks, up rather than down."),
    known_failure=_("A market without direction: the averages cross back and forth, and each crossing costs fees."),
    parameters=(
        Parameter("fast", int, 12, 3, 100, _("Bars in the fast average"), step=3),
        Parameter("slow", int, 48, 10, 300, _("Bars in the slow average"), step=6),
        Parameter("band_bps", int, 10, 1, 500, _("How far above, in hundredths of a percent, counts"), step=5),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=900,
    plan="free",
    decide=decide,
    rule=rule,
)
