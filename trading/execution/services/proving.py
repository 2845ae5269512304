"""Our books held against the venue's: orders, fills and what the account holds. A difference stops entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.words import gettext_noop as _
from trading.connections.selectors import connection_by_pk
from trading.connections.services import note_clock, record_proof, stop_entries
from trading.exchanges.types import VenueBalance, VenueOrder
from trading.execution.services.record import is_ours
from trading.execution.types import Desk

STRANGE = _("There is an order with our mark at the exchange that we know nothing of: look at it, then allow entries.")
_STRANGE = """
    INSERT INTO trading_execution_strangeorder AS s
        (connection_id, venue_order_id, client_order_id, symbol, side, quantity, executed, status, ours, seen_at,
         explained_by)
    SELECT %s, g.*, %s, '' FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::numeric[],
                                       %s::text[], %s::boolean[]) AS g
    ON CONFLICT (connection_id, venue_order_id) DO UPDATE
    SET executed = greatest(s.executed, excluded.executed), status = excluded.status, seen_at = excluded.seen_at
"""
_PROVEN = "UPDATE trading_execution_lease SET proven_to_ms = greatest(proven_to_ms, %s) WHERE connection_id = %s"
_ADOPTED_SINCE = """
    DELETE FROM trading_execution_strangeorder s USING (
        SELECT portfolio_id, venue_order_id FROM trading_execution_order
        UNION ALL SELECT portfolio_id, venue_order_id FROM trading_execution_leg
    ) o
    WHERE o.portfolio_id = %s AND s.connection_id = %s AND o.venue_order_id = s.venue_order_id
"""
_HELD = """
    SELECT split_part(split_part(instrument_id, ':', 2), '/', 1), sum(quantity) FROM trading_portfolio_position
    WHERE portfolio_id = %s AND closed_slot_ms IS NULL GROUP BY 1
    UNION ALL SELECT asset, quantity FROM trading_portfolio_dust WHERE portfolio_id = %s
    UNION ALL SELECT currency, cash - reserved FROM trading_portfolio_portfolio WHERE id = %s
    UNION ALL SELECT split_part(split_part(instrument_id, ':', 2), '/', 1), -quantity FROM trading_execution_intent
    WHERE portfolio_id = %s AND purpose = 'exit' AND state IN ('sending', 'acked')
"""
_UNBOOKED = """
    SELECT coalesce(sum(abs(o.executed - coalesce(f.booked, 0))), 0)
    FROM trading_execution_order o
    LEFT JOIN LATERAL (
        SELECT sum(quantity) AS booked FROM trading_execution_fill WHERE order_id = o.id
    ) f ON true
    WHERE o.portfolio_id = %s AND (o.state = 'open' OR o.closed_at >= %s)
"""
_UNEXPLAINED = """
    SELECT count(*) FROM trading_execution_strangeorder WHERE connection_id = %s AND ours AND explained_by = ''
"""
_SYMBOLS = """
    SELECT split_part(instrument_id, ':', 2) FROM trading_execution_intent
    WHERE portfolio_id = %s AND (state IN ('sending', 'acked') OR %s)
    UNION SELECT split_part(instrument_id, ':', 2) FROM trading_portfolio_position
    WHERE portfolio_id = %s AND closed_slot_ms IS NULL AND %s
"""
_OPEN_ORDERS = """
    SELECT split_part(i.instrument_id, ':', 2), coalesce(l.venue_order_id, o.venue_order_id)
    FROM trading_execution_order o
    JOIN trading_execution_intent i ON i.id = o.intent_id
    LEFT JOIN trading_execution_leg l ON l.order_id = o.id
    WHERE o.portfolio_id = %s AND o.state = 'open' AND o.venue_order_id <> '' AND coalesce(l.state, 'open') = 'open'
"""
_ALL_KNOWN = """
    SELECT venue_order_id FROM trading_execution_order
    WHERE portfolio_id = %s AND venue_order_id = ANY(%s)
    UNION SELECT venue_order_id FROM trading_execution_leg
    WHERE portfolio_id = %s AND venue_order_id = ANY(%s)
"""


def symbols_to_read(desk: Desk, *, everything: bool) -> list[str]:
    """The pairs whose orders and trades must be asked for: those with something in flight, or all ever traded."""
    return [row[0] for row in query(_SYMBOLS, [desk.portfolio_pk, everything, desk.portfolio_pk, everything])]


def open_orders_of(desk: Desk) -> list[tuple[str, str]]:
    """(symbol, venue order id) of our orders that are open by our books."""
    return [(symbol, name) for symbol, name in query(_OPEN_ORDERS, [desk.portfolio_pk])]


def explained(desk: Desk, venue_order_ids: Collection[str]) -> set[str]:
    """Those of the venue's ids that are orders of our intents."""
    asked = [desk.portfolio_pk, list(venue_order_ids)]
    return {row[0] for row in query(_ALL_KNOWN, asked + asked)}


@transaction.atomic
def keep_strange(desk: Desk, orders: Sequence[VenueOrder]) -> int:
    """Keep what is not ours, to be shown. One with our prefix stops the connection's entries until a person has
    explained it. How many have it.
    """
    if not orders:
        return 0
    rows = [
        (
            order.venue_order_id,
            order.client_order_id,
            order.symbol,
            order.side.value,
            order.quantity,
            order.executed,
            order.status.value,
            is_ours(order.client_order_id),
        )
        for order in {order.venue_order_id: order for order in orders}.values()
    ]
    write(_STRANGE, [desk.connection_pk, clock.now(), *(list(column) for column in zip(*rows, strict=True))])
    ours = sum(row[-1] for row in rows)
    if ours and unexplained(desk):
        stop_entries(connection=connection_by_pk(desk.connection_pk), reason=STRANGE)
    return ours


def drift_of(desk: Desk, balances: Mapping[str, VenueBalance], *, since: datetime) -> Decimal:
    """How far our books are from the venue's: what is executed there and not booked here (orders closed since then, and
    the open ones), and what the account holds less than our books say, all in units of the assets; 0 is none.

    What is on its way may be there already and not here: the money of entries and the assets of exits in flight are not
    asked for.
    """
    [(unbooked,)] = query(_UNBOOKED, [desk.portfolio_pk, since])
    held: dict[str, Decimal] = {}
    for asset, amount in query(_HELD, [desk.portfolio_pk] * 4):
        held[asset] = held.get(asset, Decimal(0)) + amount
    there = {asset: balance.free + balance.locked for asset, balance in balances.items()}
    missing = sum(max(amount - there.get(asset, Decimal(0)), Decimal(0)) for asset, amount in held.items())
    return Decimal(unbooked) + missing


@transaction.atomic
def conclude(*, desk: Desk, drift: Decimal, lasting: bool, proven_to_ms: int) -> None:
    """Keep the result of a reconciliation. A drift that lasts stops entries; none, and they are free again.

    lasting: it was there for longer than the venue's lists may lag. Until then it proves nothing, neither way: what was
    proven last stands. Entries that a strange order has stopped wait for a person.
    """
    # the lease and strange orders before the connection, as whoever sends or explains locks them
    write(_PROVEN, [proven_to_ms, desk.connection_pk])
    write(_ADOPTED_SINCE, [desk.portfolio_pk, desk.connection_pk])
    if lasting or not drift:
        record_proof(connection=connection_by_pk(desk.connection_pk), drift=drift, at=clock.now())


def show_clock(desk: Desk, offset_ms: int) -> None:
    """Show the venue's time less ours, as it was just measured, at the connection."""
    note_clock(connection=connection_by_pk(desk.connection_pk), offset_ms=offset_ms)


def unexplained(desk: Desk) -> int:
    """How many orders with our prefix nobody has explained yet."""
    [(count,)] = query(_UNEXPLAINED, [desk.connection_pk])
    return int(count)
