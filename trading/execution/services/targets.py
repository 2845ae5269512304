"""Targets of bots on exchanges that do not rest there: they are watched here, and become exits.

Those of orders by hand are in `brackets.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from trading.execution.models import Intent
from trading.execution.services.record import record_intents
from trading.execution.types import Candle, IntentDraft

REASON = "target"
_REACHED = """
    SELECT s.id, s.public_id, s.portfolio_id, s.bot_id, s.instrument_id, s.quantity
    FROM trading_portfolio_position s
    JOIN trading_portfolio_portfolio p ON p.id = s.portfolio_id AND p.connection_id IS NOT NULL
    JOIN unnest(%s::text[], %s::numeric[]) AS c (instrument_id, high) ON c.instrument_id = s.instrument_id
    WHERE s.closed_slot_ms IS NULL AND c.high >= s.target_price AND NOT EXISTS (
        SELECT 1 FROM trading_execution_intent l
        WHERE l.bot_id = s.bot_id AND l.instrument_id = s.instrument_id AND l.line IS NOT NULL) AND NOT EXISTS (
        SELECT 1 FROM trading_execution_intent i
        WHERE i.position_id = s.id
          AND (i.purpose = 'exit' AND i.state IN ('recorded', 'sending', 'acked')
               OR i.purpose = 'entry' AND jsonb_exists(i.spec, 'order')
               OR i.purpose = 'protect' AND i.state = 'acked' AND EXISTS (
                   SELECT 1 FROM trading_execution_leg l JOIN trading_execution_order o ON o.id = l.order_id
                   WHERE o.intent_id = i.id AND l.cause = 'target')))
    ORDER BY s.id FOR NO KEY UPDATE OF s
"""


def leave_at_targets(*, slot_ms: int, candles: Mapping[str, Candle]) -> int:
    """Record an exit for each position on an exchange whose target lies in its instrument's candle; how many.

    In the caller's transaction.
    """
    if not candles:
        return 0
    highs = [candle.instrument.price_of(candle.high) for candle in candles.values()]
    drafts = [
        IntentDraft(
            id=derived_id("target", public_id),
            portfolio_pk=portfolio_pk,
            purpose=Intent.Purpose.EXIT,
            side=Side.SELL,
            instrument_id=instrument_id,
            quantity=quantity,
            bot_id=bot_id,
            position_pk=pk,
            reason=REASON,
        )
        for pk, public_id, portfolio_pk, bot_id, instrument_id, quantity in query(_REACHED, [list(candles), highs])
    ]
    return len(record_intents(drafts=drafts, slot_ms=slot_ms, unless_leaving=True))
