"""For how long no price has come although the market is running."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.triggers.types import Kind, Standing


def value(standing: Standing) -> Decimal | None:
    """Seconds."""
    return standing.feed_age_s


KIND = Kind(
    name="feed",
    words=_("Silence of the market's prices"),
    meaning=_("For how long no price has come although the market runs. Who trades on old prices trades blind."),
    met=_("No price came for %(value)s, the limit is %(limit)s."),
    unit="s",
    most=Decimal(604_800),
    value=value,
)
