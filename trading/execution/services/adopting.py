"""Orders at the venue find their intents: by the client order id of an attempt, whoever brings the news."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.crashpoints import crashpoint
from cryptouniverse.kernel.ids import derived_id
from trading.exchanges.types import PAIR_SUFFIX, VenueOrder
from trading.execution.at_venue import KnownOrder
from trading.execution.types import Desk

_ATTEMPTS = """
    SELECT a.id, a.client_order_id, a.intent_id, i.public_id, i.purpose, o.venue_order_id, a.pair_price IS NOT NULL
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
_LEGS = """
    INSERT INTO trading_execution_leg (order_id, portfolio_id, venue_order_id, cause)
    SELECT o.id, o.portfolio_id, g.venue_order_id, g.cause
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS g (attempt_id, venue_order_id, cause)
    JOIN trading_execution_attempt a ON a.id = g.attempt_id AND a.state = 'acked'
    JOIN trading_execution_order o ON o.intent_id = a.intent_id
    ON CONFLICT DO NOTHING
"""
_KNOWN = """
    SELECT o.id, o.public_id, i.id, i.public_id, i.portfolio_id, i.position_id, i.bot_id, i.instrument_id, i.purpose,
           i.reason, coalesce(a.quantity, i.quantity), i.limit_price, i.stop_price, i.target_price, i.reserved, o.state,
           coalesce(l.venue_order_id, o.venue_order_id), o.executed,
           coalesce((SELECT sum(f.quantity) FROM trading_execution_fill f WHERE f.order_id = o.id), 0),
           coalesce(l.cause, ''), i.line, CASE WHEN i.line IS NULL THEN '' ELSE i.spec->>'kind' END,
           CASE WHEN i.line IS NULL THEN 0 ELSE (i.spec->>'tag')::int END
    FROM trading_execution_order o
    JOIN trading_execution_intent i ON i.id = o.intent_id
    LEFT JOIN trading_execution_attempt a ON a.intent_id = i.id AND a.state = 'acked'
    LEFT JOIN trading_execution_leg l ON l.order_id = o.id AND l.venue_order_id = ANY(%s)
    WHERE o.id IN (
        SELECT id FROM trading_execution_order WHERE portfolio_id = %s AND venue_order_id = ANY(%s)
        UNION ALL
        SELECT order_id FROM trading_execution_leg WHERE portfolio_id = %s AND venue_order_id = ANY(%s)
    )
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""


def adopt(desk: Desk, orders: Sequence[VenueOrder]) -> set[str]:
    """Give each order that carries an attempt's client id to its intent; in the caller's transaction.

    An intent takes one order, or the two of one pair: another one stays strange, whatever its id. Returns the venue's
    ids of second orders of a pair that came before the first: they are ours, and found again once that is known.
    """
    newest = {order.venue_order_id: order for order in orders}
    names = {own_name(order) for order in newest.values() if order.client_order_id}
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
    return _adopt_legs(newest.values(), attempts, taken)


def _adopt_legs(
    orders: Collection[VenueOrder], attempts: Mapping[str, tuple[Any, ...]], taken: Collection[int]
) -> set[str]:
    """Keep both orders of each pair with the Order that it is; those that came too early."""
    legs, early = [], set()
    for order in orders:
        found = attempts.get(own_name(order))
        if found is None or not found[6]:
            continue
        if found[5] is None and found[2] not in taken:
            early.add(order.venue_order_id)
        else:
            causes = ("entry", "entry") if found[4] == "entry" else ("stop", "target")
            legs.append((found[0], order.venue_order_id, causes[order.client_order_id != found[1]]))
    if legs:
        write(_LEGS, [list(column) for column in zip(*legs, strict=True)])
    return early


def own_name(order: VenueOrder) -> str:
    """The client id of the attempt that the order is of."""
    return order.client_order_id.removesuffix(PAIR_SUFFIX)


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
    names = list(set(venue_order_ids))
    rows = query(_KNOWN, [names, desk.portfolio_pk, names, desk.portfolio_pk, names])
    return {known.venue_order_id: known for known in (KnownOrder(*row) for row in rows)}
