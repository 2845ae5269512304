"""A stop that is moved away from the price puts more at risk: the limits judge it as they judged the entry."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.execution.errors import RefusedByRisk
from trading.risk.levels import strictest
from trading.risk.selectors import limits_in_force, limits_of, meaning_of, of_bots
from trading.risk.types import PERCENT

if TYPE_CHECKING:
    from trading.portfolio.models import Portfolio

RULE, CAP = "risk_per_trade", "risk_per_trade_pct"


def require_room_for(
    stop: Decimal,
    *,
    before: Decimal,
    portfolio: Portfolio,
    bot_id: UUID | None,
    instrument: Instrument,
    quantity: Decimal,
    entry: Decimal,
) -> None:
    """Raise RefusedByRisk for a stop below the one that holds now whose loss is above the risk of one trade.

    before: the stop as it is. entry: what a unit was bought at. The caller has locked the limits. A stop that comes
    closer is never refused.
    """
    if stop >= before:
        return
    limits = limits_in_force(limits_of(portfolio))
    if ceiling := of_bots([bot_id]).get(bot_id) if bot_id else None:
        limits = strictest(limits, [ceiling])
    most = portfolio.equity * limits.risk_per_trade_pct / PERCENT
    loss = (entry - stop) * quantity
    if loss <= most:
        return
    lowest = (entry - most / quantity) / instrument.tick
    nearest = min(lowest.to_integral_value(rounding=ROUND_CEILING) * instrument.tick, before)
    facts = {"rule": RULE, "limit": f"{most:.2f}", "value": f"{loss:.2f}", "level": str(limits.levels.get(CAP, ""))}
    allows = _("That stop risks %(value)s and the limits allow %(limit)s: not below %(nearest)s. %(meaning)s")
    raise RefusedByRisk(allows, **facts, nearest=f"{nearest:f}", meaning=said(meaning_of(RULE)))
