"""So much that a move of a few average true ranges against it loses a fixed share of the portfolio's value."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.money import floor_to
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.sizing.types import MINOR, PERCENT, ZERO, Asked, Bounds, Method, Sizing, Unsized


def wants(sizing: Sizing, asked: Asked) -> Decimal | Unsized:
    """Equity times the share at risk, over `multiple` ATR a unit, at the worst price."""
    atr = asked.measures.atr
    if atr is None or not atr.is_finite() or atr <= ZERO:
        limit = said(_("%(candles)s candles with movement"), candles=sizing.whole("period") + 1)
        return Unsized(limit, said(_("%(candles)s candles"), candles=asked.measures.candles))
    at_risk = floor_to(max(asked.equity, ZERO) * sizing.numbers["percent"] / PERCENT, MINOR)
    return at_risk / (atr * sizing.numbers["multiple"]) * asked.limit_price


METHOD = Method(
    name="atr_risk",
    words=_("The same loss for the usual swing each time"),
    meaning=_("The usual swing of a candle (ATR) says how much is bought, and not where the stop is."),
    takes={
        "percent": Bounds(
            Decimal("0.01"),
            Decimal(100),
            usual=Decimal(1),
            words=_("Lost by that swing"),
            meaning=_("Of the portfolio's value."),
            unit="%",
        ),
        "multiple": Bounds(
            Decimal("0.1"),
            Decimal(20),
            usual=Decimal(2),
            words=_("Swings against it"),
            meaning=_("After how many usual swings (ATR) that much is lost."),
        ),
        "period": Bounds(
            Decimal(2),
            Decimal(200),
            usual=Decimal(14),
            whole=True,
            words=_("Candles looked at"),
            meaning=_("From how many candles the usual swing is measured."),
        ),
    },
    wants=wants,
    candles=lambda sizing: 5 * sizing.whole("period") + 1,
)
