"""Opening range: with the first break of the day's first hours, until the day ends (Crabel 1990)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.sessions import first_of_day, hours_of, last_of_day, seen_whole, since
from strategies.catalog.types import Parameter, Stances, Strategy, above, after_warmup


def warmup(parameters: Mapping[str, int]) -> int:
    """A day of hours and the range; a day that is not seen from its beginning is left alone, whatever its bars."""
    return 24 + parameters["hours"]


def decide(bars: Bars, *, hours: int, buffer_bps: int) -> Stances:
    """Long from the first close above the range of the UTC day's first `hours`, short from one below; int8."""
    if not len(bars):
        return after_warmup(np.zeros(0, dtype=bool), warmup=0)
    first, opening = first_of_day(bars), hours_of(bars.open_ms) < hours
    days, inverse = np.unique(first, return_inverse=True)
    top = np.maximum.reduceat(np.where(opening, bars.high_f, -np.inf), days)[inverse]
    bottom = np.minimum.reduceat(np.where(opening, bars.low_f, np.inf), days)[inverse]
    free, buffer = ~opening & seen_whole(bars, first) & np.isfinite(top), buffer_bps / 10_000
    up = since(free & above(bars.close_f, top * (1 + buffer)), first)
    down = since(free & above(bottom * (1 - buffer), bars.close_f), first)
    stays = free & ~last_of_day(bars)
    return after_warmup(up & ~down & stays, down & ~up & stays, warmup=warmup({"hours": hours}))


STRATEGY = Strategy(
    name="opening_range",
    title=_("Opening range"),
    family="breakout",
    hypothesis=_(
        "A day's first hours show who is there; what leaves their range is news, and news is worked off over the day."
    ),
    regime=_("Days with a direction."),
    known_failure=_("Days that break out on both sides: it is stopped on the first and stands aside on the second."),
    parameters=(
        Parameter("hours", int, 6, 1, 12, _("Hours of the UTC day that make the range"), step=1),
        Parameter("buffer_bps", int, 10, 0, 200, _("How far beyond the range, in hundredths of a percent"), step=10),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=600,
    plan="basic",
    decide=decide,
)
