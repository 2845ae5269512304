"""Weekend drift: with the week's direction over the days without banks (Caporale and Plastun 2019)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import DAY_MS, Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.momentum import roc


def warmup(parameters: Mapping[str, int]) -> int:
    """As far back as the week's move goes."""
    return parameters["back"] + 1


def decide(bars: Bars, *, begins: int, days: int, back: int) -> Stances:
    """Long into the `days` days from weekday `begins` (Monday 0) if the last `back` bars rose, short if they fell."""
    weekday = ((bars.open_ms + bars.timeframe.ms) // DAY_MS + 3) % 7
    within, moved = (weekday - begins) % 7 < days, roc(bars.close_f, back)
    return after_warmup(within & (moved > 0), within & (moved < 0), warmup=back + 1)


STRATEGY = Strategy(
    name="weekend_drift",
    title=_("Weekend drift"),
    family="seasonal",
    hypothesis=_(
        "On days without banks little new money comes: what the week began drifts on, with nobody to stop it."
    ),
    regime=_("Weeks with a direction."),
    known_failure=_("News on a Sunday, in a market without depth."),
    parameters=(
        Parameter("begins", int, 5, 0, 6, _("The weekday on which it begins, Monday is 0"), step=1),
        Parameter("days", int, 2, 1, 5, _("How many days it holds"), step=1),
        Parameter("back", int, 72, 12, 200, _("Bars whose move it goes with"), step=12),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=0,
    plan="basic",
    decide=decide,
    entry="trend",
)
