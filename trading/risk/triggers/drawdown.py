"""How far the portfolio's value has fallen from its highest since it was last armed."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.triggers.types import Kind, Standing, fallen_pct


def value(standing: Standing) -> Decimal | None:
    """Percent below the peak."""
    return fallen_pct(standing.equity, standing.equity_peak)


KIND = Kind(
    name="drawdown",
    words=_("Drawdown from the highest value"),
    meaning=_("How far the portfolio is below the highest value it had since you last armed it."),
    met=_("The value fell %(value)s below its highest, the limit is %(limit)s."),
    unit="%",
    most=Decimal(100),
    value=value,
)
