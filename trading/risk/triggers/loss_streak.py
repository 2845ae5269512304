"""How many positions in a row were closed with a loss since the portfolio was last armed."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.triggers.types import Kind, Standing


def value(standing: Standing) -> Decimal | None:
    """Positions."""
    return Decimal(standing.losses)


KIND = Kind(
    name="loss_streak",
    words=_("Losses in a row"),
    meaning=_("How many positions in a row were closed with a loss since you last armed it."),
    met=_("%(value)s positions in a row were closed with a loss, the limit is %(limit)s."),
    unit="",
    most=Decimal(1_000),
    value=value,
)
