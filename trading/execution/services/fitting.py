"""Stops that rest at an exchange fit their positions: in size, and at the price that is wanted."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.bulk import query, write
from trading.exchanges.types import ExchangeMarket
from trading.execution.types import Desk

_RESTING_STOPS = """
    SELECT i.id, i.instrument_id, s.quantity, a.quantity,
           o.executed > 0 OR s.stop_price <> i.stop_price
           OR l.is_pair AND s.target_price IS DISTINCT FROM i.target_price
    FROM trading_execution_intent i
    JOIN trading_execution_order o ON o.intent_id = i.id AND o.state = 'open'
    JOIN trading_execution_attempt a ON a.intent_id = i.id AND a.state = 'acked'
    JOIN trading_portfolio_position s ON s.id = i.position_id AND s.closed_slot_ms IS NULL
    CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS is_pair, bool_or(state = 'open') AND bool_or(state <> 'open') AS is_half
        FROM trading_execution_leg WHERE order_id = o.id) l
    WHERE i.portfolio_id = %s AND i.purpose = 'protect' AND i.state = 'acked' AND i.unwanted = ''
      AND (l.is_half OR o.executed = 0 AND (
          s.quantity <> a.quantity OR s.stop_price <> i.stop_price
          OR l.is_pair AND s.target_price IS DISTINCT FROM i.target_price))
    ORDER BY i.id FOR NO KEY UPDATE OF i SKIP LOCKED
"""
_ANEW = "UPDATE trading_execution_intent SET unwanted = 'anew' WHERE id = ANY(%s)"


def replace_stops(desk: Desk, markets: Mapping[str, ExchangeMarket]) -> None:
    """Ask for the end of each stop that rests for another size than is held, or at another price than is wanted.

    Once it has ended there, its position has nothing in flight, and `cover_positions` gives it the next one. One that
    is being filled is left alone; but of a target that got a part, which ended its stop, the rest is ended as well, so
    that what is left has a stop again. What somebody else holds just now is looked at next time: waiting for it, with
    others held, could wait for ever. In the caller's transaction.
    """
    unfit = []
    for pk, instrument_id, held, resting, moved in query(_RESTING_STOPS, [desk.portfolio_pk]):
        market = markets.get(instrument_id.partition(":")[2])
        if moved or (market is not None and held // market.step * market.step != resting):
            unfit.append(pk)
    if unfit:
        write(_ANEW, [unfit])
