"""Serial correlation: with a return where returns repeat, against it where they alternate (Lo and MacKinlay 1990)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.statistics import autocorrelation


def warmup(parameters: Mapping[str, float]) -> int:
    """The returns measured, and as many bars as they are apart."""
    return int(parameters["period"] + parameters["lag"]) + 1


def decide(bars: Bars, *, period: int, lag: int, least: float) -> Stances:
    """On the side of the return of `lag` bars ago times its correlation, beyond `least` either way; int8."""
    price = bars.close_f
    repeats, moved = autocorrelation(price, period, lag), np.zeros(len(price))
    moved[lag:] = price[lag:] - price[: max(0, len(price) - lag)]
    foretold = np.sign(moved) * repeats
    return after_warmup(foretold > least, foretold < -least, warmup=period + lag + 1)


STRATEGY = Strategy(
    name="serial_correlation",
    title=_("Serial correlation"),
    family="statistical",
    hypothesis=_(
        "Orders are split and reactions come late, so returns carry over; which way is seen from the last days."
    ),
    regime=_("Any, while it does not change."),
    known_failure=_("It trades at almost every bar: fees are larger than what it foretells unless orders rest."),
    parameters=(
        Parameter("period", int, 96, 30, 300, _("Returns in the correlation"), step=12),
        Parameter("lag", int, 1, 1, 24, _("Bars between a return and the one it foretells"), step=1),
        Parameter("least", float, 0.1, 0.02, 0.5, _("The least correlation"), step=0.02),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=500,
    plan="pro",
    decide=decide,
    entry="trend",
)
