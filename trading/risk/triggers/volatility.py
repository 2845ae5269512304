"""How far the price of something the portfolio holds went within one candle, from high to low."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.triggers.types import Kind, Standing


def value(standing: Standing) -> Decimal | None:
    """Percent of the candle's open."""
    return standing.move_pct


KIND = Kind(
    name="volatility",
    words=_("Movement within a candle"),
    meaning=_("How far the price of something you hold went within the last candle, from its lowest to its highest."),
    met=_("A price moved by %(value)s within one candle, the limit is %(limit)s."),
    unit="%",
    most=Decimal(1_000),
    value=value,
)
