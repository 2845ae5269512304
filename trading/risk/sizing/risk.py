"""So much that the loss at the stop is a fixed share of the portfolio's value."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.sizing.types import Asked, Bounds, Method, Sizing, by_risk


def wants(sizing: Sizing, asked: Asked) -> Decimal:
    """Equity times the share at risk, over the loss per unit. Without a share of its own, the portfolio's limit."""
    return by_risk(asked, sizing.numbers["percent"] or asked.risk_pct)


METHOD = Method(
    name="risk",
    words=_("The same loss at the stop each time"),
    meaning=_("The usual way: a stop that is near buys more, one that is far buys less, so that each costs the same."),
    takes={
        "percent": Bounds(
            Decimal(0),
            Decimal(100),
            usual=Decimal(0),
            words=_("Lost at the stop"),
            meaning=_("Of the portfolio's value. 0: as the portfolio's risk of one trade says."),
            unit="%",
        )
    },
    wants=wants,
)
