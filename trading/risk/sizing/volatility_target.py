"""So much that the position swings by a fixed share of the portfolio's value in a year: calm markets get more."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.sizing.types import ZERO, Asked, Bounds, Method, Sizing, Unsized


def wants(sizing: Sizing, asked: Asked) -> Decimal | Unsized:
    """Equity times target over realised volatility, both of a year; without leverage, so never more than equity."""
    swing = asked.measures.volatility_pct
    if swing is None or not swing.is_finite() or swing <= ZERO:
        limit = said(_("%(candles)s candles with movement"), candles=sizing.whole("lookback"))
        return Unsized(limit, said(_("%(candles)s candles"), candles=asked.measures.candles))
    return max(asked.equity, ZERO) * min(sizing.numbers["percent"], swing) / swing


METHOD = Method(
    name="volatility_target",
    words=_("A fixed swing of the portfolio: less of what moves more"),
    meaning=_("A calm market gets more, a wild one less; never more than the portfolio is worth."),
    takes={
        "percent": Bounds(
            Decimal("0.1"),
            Decimal(200),
            words=_("Swing in a year"),
            meaning=_("By how much the position may move the portfolio in a year."),
            unit="%",
        ),
        "lookback": Bounds(
            Decimal(10),
            Decimal(500),
            usual=Decimal(30),
            whole=True,
            words=_("Candles looked at"),
            meaning=_("From how many candles the market's swing is measured."),
        ),
    },
    wants=wants,
    candles=lambda sizing: sizing.whole("lookback") + 1,
)
