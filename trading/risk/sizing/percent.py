"""A share of the portfolio's value."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.sizing.types import PERCENT, ZERO, Asked, Bounds, Method, Sizing


def wants(sizing: Sizing, asked: Asked) -> Decimal:
    """That share of equity."""
    return max(asked.equity, ZERO) * sizing.numbers["percent"] / PERCENT


METHOD = Method(
    name="percent",
    words=_("A share of the portfolio's value"),
    meaning=_("Grows and shrinks with the portfolio, wherever the stop is."),
    takes={
        "percent": Bounds(
            Decimal("0.01"), Decimal(100), words=_("Share"), meaning=_("Of the portfolio's value."), unit="%"
        )
    },
    wants=wants,
)
