"""The end of an order, and what a position needs after it: each open one has one way out, in flight or at rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from trading.exchanges.types import ExchangeMarket, VenueOrder, VenueStatus
from trading.execution.at_venue import KnownOrder
from trading.execution.models import Intent
from trading.execution.services.pairs import pairs_seen, takes_pairs
from trading.execution.services.record import record_intents
from trading.execution.services.refusing import end_intents
from trading.execution.services.venue_fills import market_slot_ms
from trading.execution.types import Desk, IntentDraft
from trading.portfolio.services import sweep_dust

_SEEN = """
    UPDATE trading_execution_order AS o
    SET executed = greatest(o.executed, g.executed), state = CASE WHEN g.state = '' THEN o.state ELSE g.state END,
        closed_at = CASE WHEN g.state = '' THEN o.closed_at ELSE %s END
    FROM unnest(%s::bigint[], %s::numeric[], %s::text[]) AS g (id, executed, state)
    WHERE o.id = g.id AND o.state = 'open'
"""
_BARE = """
    SELECT s.id, s.public_id, s.bot_id, s.instrument_id, s.quantity, s.stop_price, s.target_price, s.mark_price,
           coalesce((
               SELECT jsonb_array_length(coalesce(e.spec->'order'->'targets', '[]'))
                      - coalesce((o.working->>'hit')::int, 0)
               FROM trading_execution_intent e JOIN trading_execution_order o ON o.intent_id = e.id
               WHERE e.position_id = s.id AND e.purpose = 'entry' AND jsonb_exists(e.spec, 'order')
               ORDER BY e.id LIMIT 1), 1),
           count(i.id),
           coalesce(bool_or(i.purpose = 'exit' AND NOT i.partial OR i.purpose = 'protect' AND i.state = 'rejected'),
                    false)
    FROM trading_portfolio_position s LEFT JOIN trading_execution_intent i ON i.position_id = s.id
    WHERE s.portfolio_id = %s AND s.closed_slot_ms IS NULL AND NOT EXISTS (
        SELECT 1 FROM trading_execution_intent f
        WHERE f.position_id = s.id AND f.state IN ('recorded', 'sending', 'acked')
          AND (f.purpose <> 'entry' OR f.spec IS NULL))
      AND (NOT EXISTS (
               SELECT 1 FROM trading_execution_intent l
               WHERE l.bot_id = s.bot_id AND l.instrument_id = s.instrument_id AND l.line IS NOT NULL)
           OR EXISTS (
               SELECT 1 FROM trading_execution_intent x
               WHERE x.position_id = s.id AND x.purpose = 'exit' AND NOT x.partial))
    GROUP BY s.id ORDER BY s.id
"""
# What bots that keep orders hold has no stop of ours: its lines are its ways out. Only what no order can sell is swept.
_KEPT = """
    SELECT s.id, s.instrument_id, s.quantity FROM trading_portfolio_position s
    WHERE s.portfolio_id = %s AND s.closed_slot_ms IS NULL AND EXISTS (
        SELECT 1 FROM trading_execution_intent l
        WHERE l.bot_id = s.bot_id AND l.instrument_id = s.instrument_id AND l.line IS NOT NULL)
"""
_NOT_NEEDED = """
    UPDATE trading_execution_intent SET state = 'cancelled', reason = 'position_closed'
    WHERE id IN (
        SELECT i.id FROM trading_execution_intent i JOIN trading_portfolio_position s ON s.id = i.position_id
        WHERE s.closed_slot_ms IS NOT NULL AND i.portfolio_id = %s AND i.state = 'recorded' AND i.purpose <> 'entry'
        FOR NO KEY UPDATE OF i SKIP LOCKED)
"""
_ORDER_STATES = {
    VenueStatus.FILLED: "filled",
    VenueStatus.CANCELLED: "cancelled",
    VenueStatus.EXPIRED: "expired",
    VenueStatus.REJECTED: "cancelled",
}


class _Position(NamedTuple):
    """An open position of the connection's portfolio of which nothing is in flight. targets: how many it has before it.
    leaving: it is to go.
    """

    pk: int
    public_id: UUID
    bot_id: UUID | None
    instrument_id: str
    quantity: Decimal
    stop_price: Decimal
    target_price: Decimal | None
    mark_price: Decimal
    targets: int
    intents: int
    leaving: bool


def finish(orders: Iterable[tuple[KnownOrder, VenueOrder]]) -> set[tuple[str, str]]:
    """Take over what the venue says of our orders; (symbol, venue order id) of those whose fills are not all booked.

    An order ends here only when every fill that the venue counts is in the books. In the caller's transaction.
    """
    seen, ends, incomplete, pairs = [], [], set(), []
    for known, order in orders:
        state, executed = _ORDER_STATES.get(order.status, ""), order.executed
        if known.cause:
            pairs.append((known, order, state))
            continue
        if executed > known.booked:
            incomplete.add((order.symbol, order.venue_order_id))
            state = ""
        seen.append((known.pk, executed, state))
        if state and known.state == "open":
            ends.append((known.intent_pk, _end_of(known, state), known.reason))
    for known, executed, state, missing in pairs_seen(pairs):
        incomplete |= missing
        seen.append((known.pk, executed, state))
        if state and known.state == "open":
            ends.append((known.intent_pk, _end_of(known, state), known.reason))
    if seen:
        write(_SEEN, [clock.now(), *(list(column) for column in zip(*seen, strict=True))])
    end_intents(ends)
    return incomplete


def _end_of(known: KnownOrder, state: str) -> str:
    return "filled" if known.booked >= known.quantity else state


def cover_positions(desk: Desk, markets: Mapping[str, ExchangeMarket]) -> int:
    """Give each open position that has nothing in flight its stop, or its next exit; how many intents were recorded.

    What is too small to be sold becomes dust. Ways out of closed positions that were
    not sent yet are dropped. In the caller's transaction; asking again changes nothing.
    """
    write(_NOT_NEEDED, [desk.portfolio_pk])
    _sweep_kept(desk, markets)
    bare = [_Position(*row) for row in query(_BARE, [desk.portfolio_pk])]
    if not bare:
        return 0
    dust = {p.pk: _base_of(p.instrument_id) for p in bare if _unsellable(p, markets)}
    slot_ms = market_slot_ms()
    sweep_dust(dust, slot_ms=slot_ms)
    drafts = [_way_out(desk, position) for position in bare if position.pk not in dust]
    record_intents(drafts=drafts, slot_ms=slot_ms)
    return len(drafts)


def _sweep_kept(desk: Desk, markets: Mapping[str, ExchangeMarket]) -> None:
    rows = [
        (pk, name, quantity, markets.get(name.partition(":")[2]))
        for pk, name, quantity in query(_KEPT, [desk.portfolio_pk])
    ]
    dust = {pk: _base_of(name) for pk, name, quantity, market in rows if market and quantity < market.step}
    if dust:
        sweep_dust(dust, slot_ms=market_slot_ms())


def _way_out(desk: Desk, position: _Position) -> IntentDraft:
    """An exit where it is to go; else its stop, and with it the target that takes all, where a pair can rest there."""
    purpose = Intent.Purpose.EXIT if position.leaving else Intent.Purpose.PROTECT
    rests = position.targets == 1 and takes_pairs(desk)
    return IntentDraft(
        id=derived_id(purpose.value, position.public_id, position.intents),
        portfolio_pk=desk.portfolio_pk,
        purpose=purpose,
        side=Side.SELL,
        instrument_id=position.instrument_id,
        quantity=position.quantity,
        bot_id=position.bot_id,
        position_pk=position.pk,
        stop_price=position.stop_price,
        target_price=position.target_price if rests else None,
    )


def _unsellable(position: _Position, markets: Mapping[str, ExchangeMarket]) -> bool:
    market = markets.get(position.instrument_id.partition(":")[2])
    if market is None:
        return False
    sellable = position.quantity // market.step * market.step
    return not sellable or sellable * position.mark_price < market.min_notional


def _base_of(instrument_id: str) -> str:
    return instrument_id.partition(":")[2].partition("/")[0]
