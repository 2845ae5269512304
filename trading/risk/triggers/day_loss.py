"""How much of its value the portfolio has lost since the day began (UTC), open positions counted."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.triggers.types import Kind, Standing, fallen_pct


def value(standing: Standing) -> Decimal | None:
    """Percent below the day's first value."""
    return fallen_pct(standing.equity, standing.day_start_equity)


KIND = Kind(
    name="day_loss",
    words=_("Loss of the day"),
    meaning=_("How much of its value the portfolio has lost since midnight (UTC), open positions counted."),
    met=_("The day lost %(value)s, the limit is %(limit)s."),
    unit="%",
    most=Decimal(100),
    value=value,
)
