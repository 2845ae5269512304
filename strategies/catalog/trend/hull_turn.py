"""Hull turn: with the direction of a moving average that hardly lags (Hull 2005)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.moving_averages import hma


def warmup(parameters: Mapping[str, int]) -> int:
    """One average, and as far back as it is compared."""
    return 2 * parameters["period"] + parameters["back"]


def decide(bars: Bars, *, period: int, back: int, band_bps: int) -> Stances:
    """Long where the average rose by more than `band_bps` over `back` bars, short where it fell so; int8."""
    line, silent = hma(bars.close_f, period), warmup({"period": period, "back": back})
    before, band = np.full(len(line), np.nan), 1 + band_bps / 10_000
    before[back:] = line[: max(0, len(line) - back)]
    return after_warmup(line > before * band, line * band < before, warmup=silent)


STRATEGY = Strategy(
    name="hull_turn",
    title=_("Hull turn"),
    family="trend",
    hypothesis=_("Turns that are seen a few bars earlier are worth more than the false ones among them cost."),
    regime=_("Swings of one to three days."),
    known_failure=_("Choppy markets: a fast average turns with each of their moves."),
    parameters=(
        Parameter("period", int, 48, 8, 200, _("Bars in the average"), step=8),
        Parameter("back", int, 3, 1, 24, _("How many bars back it is compared"), step=1),
        Parameter("band_bps", int, 20, 1, 500, _("How much it must have moved, in hundredths of a percent"), step=10),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=900,
    plan="basic",
    decide=decide,
)
