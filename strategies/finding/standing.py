"""What of a bot's funds stands where: it follows from its fills and from what it holds, so there is no second book."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.purse import Purse, home_of, opening_purse

_MONEY = """
    SELECT f.bot_id, f.instrument_id,
           sum(CASE f.side WHEN 'buy' THEN -1 ELSE 1 END * f.price * f.quantity
               - CASE WHEN f.fee_currency = p.currency THEN f.fee ELSE 0 END)
    FROM trading_execution_fill f JOIN trading_portfolio_portfolio p ON p.id = f.portfolio_id
    JOIN trading_execution_order o ON o.id = f.order_id JOIN trading_execution_intent i ON i.id = o.intent_id
    WHERE f.portfolio_id = ANY(%s) AND f.bot_id = ANY(%s) AND i.instrument_id = f.instrument_id
    GROUP BY f.bot_id, f.instrument_id
"""


def money_moved(portfolio_pks: Collection[int], bot_ids: Sequence[UUID]) -> dict[UUID, dict[str, Decimal]]:
    """Of each bot by instrument what its fills brought, less what they cost, fees in it. One query.

    What one coin was exchanged for another moved no money, and stands under the pairs in which the coins are counted.
    """
    moved: dict[UUID, dict[str, Decimal]] = {}
    for bot_id, name, amount in query(_MONEY, [list(portfolio_pks), list(bot_ids)]):
        moved.setdefault(bot_id, {})[name] = amount
    return moved


def standing(
    chosen: Sequence[Instrument],
    funds: Decimal,
    money: Mapping[str, Decimal],
    held: Mapping[str, Decimal],
    collateral: Mapping[str, Decimal],
) -> Purse:
    """The funds as they were shared, with what was moved, and what is held, by instrument; collateral: of shorts."""
    purse, home = opening_purse(chosen, funds), home_of(chosen)
    for one in (each for each in chosen if each.quote == home):
        place = (one.venue, one.quote)
        purse[place] = purse.get(place, Decimal(0)) + money.get(one.id, Decimal(0))
        purse[one.venue, one.asset] = held.get(one.id, Decimal(0))
        if one.id in collateral:
            purse.kept[one.venue, one.asset] = collateral[one.id]
    return purse
