"""Orders at the venue find their intents: by the client order id of an attempt, whoever brings the news."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.crashpoints import crashpoint
from cryptouniverse.kernel.ids import derived_id
from trading.exchanges.types import VenueOrder
from trading.execution.types import Desk, KnownOrder

_ATTEMPTS = """
    SELECT a.id, a.client_order_id, a.intent_id, i.public_id, i.state, o.venue_order_id
    FROM trading_execution_attempt a
    JOIN trading_execution_intent i ON i.id = a.intent_id
    LEFT JOIN trading_execution_order o ON o.intent_id = i.id
    WHERE a.client_order_id = ANY(%s) AND i.portfolio_id = %s
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_ADOPT = """
    WITH given AS (
        SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::numeric[])
            AS g (public_id, intent_id, attempt_id, venue_order_id, quantity)
    ), taken AS (
        INSERT INTO trading_execution_order
            (public_id, intent_id, portfolio_id, venue, venue_order_id, executed, state, reason, placed_at)
        SELECT public_id, intent_id, %s, %s, venue_order_id, 0, 'open', '', %s FROM given
        ON CONFLICT DO NOTHING RETURNING intent_id
    ), acked AS (
        UPDATE trading_execution_attempt AS a SET state = 'acked' FROM given g JOIN taken t USING (intent_id)
        WHERE a.id = g.attempt_id
    )
    UPDATE trading_execution_intent AS i
    SET state = 'acked', reason = CASE WHEN i.reason = 'target' THEN i.reason ELSE '' END
    FROM taken t WHERE i.id = t.intent_id
"""
_KNOWN = """
    SELECT o.id, o.public_id, i.id, i.public_id, i.portfolio_id, i.position_id, i.bot_id, i.instrument_id, i.purpose,
           i.reason, coalesce(a.quantity, i.quantity), i.limit_price, i.stop_price, i.target_price, i.reserved, o.state,
           o.venue_order_id, o.executed,
           coalesce((SELECT sum(f.quantity) FROM trading_execution_fill f WHERE f.order_id = o.id), 0)
    FROM trading_execution_order o
    JOIN trading_execution_intent i ON i.id = o.intent_id
    LEFT JOIN trading_execution_attempt a ON a.intent_id = i.id AND a.state = 'acked'
    WHERE o.portfolio_id = %s AND o.venue_order_id = ANY(%s)
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""


def adopt(desk: Desk, orders: Sequence[VenueOrder]) -> None:
    """Give each order that carries an attempt's client id to its intent; in the caller's transaction.

    An intent takes one order: a second one stays strange, whatever its id.
    """
    newest = {order.venue_order_id: order for order in orders}
    names = {order.client_order_id for order in newest.values() if order.client_order_id}
    attempts = {row[1]: row for row in query(_ATTEMPTS, [list(names), desk.portfolio_pk])} if names else {}
    taken: dict[int, tuple[object, ...]] = {}
    for order in newest.values():
        found = attempts.get(order.client_order_id)
        if found is not None and found[5] is None:
            row = (derived_id("order", found[3]), found[2], found[0], order.venue_order_id, order.quantity)
            taken.setdefault(found[2], row)
    if taken:
        crashpoint("ack.update")
        columns = [list(column) for column in zip(*taken.values(), strict=True)]
        write(_ADOPT, [*columns, desk.portfolio_pk, desk.venue, clock.now()])


def adopt_for(desk: Desk, attempt_pk: int, intent_pk: int, order: VenueOrder) -> None:
    """Give `order` to that attempt, where the venue keeps no client ids: the answer, or its facts, say which it is."""
    [(public_id,)] = query(
        "SELECT public_id FROM trading_execution_intent WHERE id = %s FOR NO KEY UPDATE", [intent_pk]
    )
    crashpoint("ack.update")
    row = (derived_id("order", public_id), intent_pk, attempt_pk, order.venue_order_id, order.quantity)
    write(_ADOPT, [*([value] for value in row), desk.portfolio_pk, desk.venue, clock.now()])


def known_orders(desk: Desk, venue_order_ids: Iterable[str]) -> dict[str, KnownOrder]:
    """Our orders with these ids of the venue, by id, their intents locked until the transaction ends."""
    rows = query(_KNOWN, [desk.portfolio_pk, list(set(venue_order_ids))])
    return {known.venue_order_id: known for known in (KnownOrder(*row) for row in rows)}
