"""The same amount of quote currency for every entry."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.sizing.types import Asked, Bounds, Method, Sizing


def wants(sizing: Sizing, _asked: Asked) -> Decimal:
    """That amount."""
    return sizing.numbers["amount"]


METHOD = Method(
    name="fixed",
    words=_("The same amount each time"),
    meaning=_("Simple to follow. What is lost at the stop then differs from trade to trade."),
    takes={
        "amount": Bounds(
            Decimal("0.00000001"),
            Decimal(10) ** 12,
            words=_("Amount"),
            meaning=_("What one entry costs."),
            unit="currency",
        )
    },
    wants=wants,
)
