"""Heavy breakout: a new high counts if much was traded for it (Murphy 1999)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, holding
from trading.indicators.levels import highest_close
from trading.indicators.moving_averages import sma
from trading.indicators.volume import relative_volume


def warmup(parameters: Mapping[str, float]) -> int:
    """The high and the usual volume, and then one longest stay."""
    return int(max(parameters["period"], parameters["calm"]) + parameters["stay"])


def decide(bars: Bars, *, period: int, times: float, calm: int, stay: int) -> Stances:
    """Long from a highest close on `times` the usual volume until below the `calm` average, or `stay` bars on; int8."""
    price = bars.close_f
    enter = above(price, highest_close(price, period)) & (relative_volume(bars.volume, period) > times)
    silent = warmup({"period": period, "calm": calm, "stay": stay})
    return holding(enter, above(sma(price, calm), price), patience=stay, warmup=silent)


STRATEGY = Strategy(
    name="heavy_breakout",
    title=_("Heavy breakout"),
    family="volume",
    hypothesis=_("A high without volume is the absence of sellers; one with it is the presence of buyers."),
    regime=_("Breakouts that others watch too."),
    known_failure=_("The climax of a rise has the most volume of all."),
    parameters=(
        Parameter("period", int, 36, 8, 150, _("Bars in high and usual volume"), step=4),
        Parameter("times", float, 1.5, 1.0, 5.0, _("How many times the usual volume"), step=0.25),
        Parameter("calm", int, 30, 5, 100, _("Bars in the average whose crossing ends it"), step=5),
        Parameter("stay", int, 48, 4, 150, _("Leave after so many bars without another"), step=6),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=900,
    plan="basic",
    decide=decide,
    entry="breakout",
)
