"""By how much our books and the exchange's differ."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.triggers.types import Kind, Standing


def value(standing: Standing) -> Decimal | None:
    """Units of the asset that differs most."""
    return standing.drift


KIND = Kind(
    name="drift",
    words=_("Difference to the exchange's books"),
    meaning=_("By how much our books and the exchange's differ, in units of the asset. There is none on paper."),
    met=_("Our books and the exchange's differ by %(value)s, the limit is %(limit)s."),
    unit="",
    most=Decimal(10) ** 15,
    value=value,
)
