"""Cloud trend: on the side of Ichimoku's cloud, once both lines agree (Hosoda 1968)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, after_warmup
from trading.indicators.levels import ichimoku


def warmup(parameters: Mapping[str, int]) -> int:
    """The cloud, and how far it is drawn ahead."""
    return parameters["span"] + parameters["base"]


def rule(parameters: Mapping[str, int]) -> str | None:
    """Each line must be slower than the one before."""
    rising = parameters["conversion"] < parameters["base"] < parameters["span"]
    return None if rising else _("conversion must be below base, and base below span.")


def decide(bars: Bars, *, conversion: int, base: int, span: int) -> Stances:
    """Long above the cloud with the conversion line above the base line, short below with it below; int8."""
    lines, price = ichimoku(bars.high_f, bars.low_f, conversion, base, span), bars.close_f
    top, bottom = np.maximum(lines.span_a, lines.span_b), np.minimum(lines.span_a, lines.span_b)
    up = above(price, top) & above(lines.conversion, lines.base)
    down = above(bottom, price) & above(lines.base, lines.conversion)
    return after_warmup(up, down, warmup=span + base)


STRATEGY = Strategy(
    name="cloud_trend",
    title=_("Cloud trend"),
    family="trend",
    hypothesis=_(
        "Where price stands clear of the middle of every recent range, most who hold are winning and do not sell."
    ),
    regime=_("Long trends, on the side of the cloud that faces them."),
    known_failure=_("Prices inside or around a flat cloud."),
    parameters=(
        Parameter("conversion", int, 9, 3, 40, _("Bars in the conversion line"), step=2),
        Parameter("base", int, 26, 8, 100, _("Bars in the base line"), step=4),
        Parameter("span", int, 52, 16, 250, _("Bars in the far end of the cloud"), step=8),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=1000,
    plan="basic",
    decide=decide,
    rule=rule,
)
