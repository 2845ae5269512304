"""For how long our books could not be held against the exchange's."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.triggers.types import Kind, Standing


def value(standing: Standing) -> Decimal | None:
    """Seconds."""
    return standing.venue_age_s


KIND = Kind(
    name="venue",
    words=_("Silence of the exchange"),
    meaning=_("For how long our books have not been held against the exchange's. There is none on paper."),
    met=_("The exchange was not heard of for %(value)s, the limit is %(limit)s."),
    unit="s",
    most=Decimal(604_800),
    value=value,
)
