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
    takes={"amount": Bounds(Decimal("0.00000001"), Decimal(10) ** 12)},
    wants=wants,
)
