"""Pairs at an exchange: an order that is two there, of which what one gets ends the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cryptouniverse.kernel.bulk import query, write
from trading.exchanges.selectors import offers
from trading.exchanges.types import VenueOrder
from trading.execution.at_venue import KnownOrder
from trading.execution.types import Desk

BOTH = 2
_SEEN = """
    UPDATE trading_execution_leg AS l
    SET executed = greatest(l.executed, g.executed), state = CASE WHEN g.state = '' THEN l.state ELSE g.state END
    FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::text[]) AS g (order_id, venue_order_id, executed, state)
    WHERE l.order_id = g.order_id AND l.venue_order_id = g.venue_order_id AND l.state = 'open'
"""
_LEGS = """
    SELECT order_id, venue_order_id, executed, state FROM trading_execution_leg WHERE order_id = ANY(%s) ORDER BY id
"""
PairSeen = tuple[KnownOrder, Decimal, str, set[tuple[str, str]]]


def takes_pairs(desk: Desk) -> bool:
    """Whether a stop and a target can rest there as one."""
    return desk.finds_by_client_id and offers(desk.venue, "oco")


def pairs_seen(seen: Sequence[tuple[KnownOrder, VenueOrder, str]]) -> Iterable[PairSeen]:
    """Take over what the venue says of legs (as known, as it is there, the state in which it ended or "").

    For each pair: what both have executed, the state in which it ended, "" while it works or fills are missing, and
    (symbol, venue order id) of the legs with fills that are not booked. A pair whose second leg is not known yet works.
    """
    if not seen:
        return []
    rows = [(known.pk, order.venue_order_id, order.executed, state) for known, order, state in seen]
    write(_SEEN, [list(column) for column in zip(*rows, strict=True)])
    pairs = {known.pk: (known, order.symbol) for known, order, _ in seen}
    legs: dict[int, list[tuple[str, Decimal, str]]] = defaultdict(list)
    for order_pk, name, executed, state in query(_LEGS, [list(pairs)]):
        legs[order_pk].append((name, executed, state))
    return [_seen(known, symbol, legs[pk]) for pk, (known, symbol) in pairs.items()]


def _seen(known: KnownOrder, symbol: str, legs: Sequence[tuple[str, Decimal, str]]) -> PairSeen:
    executed = sum((amount for _, amount, _ in legs), Decimal(0))
    missing = {(symbol, name) for name, amount, _ in legs if amount} if executed > known.booked else set()
    states = {state for _, _, state in legs}
    if missing:
        return known, executed, "", missing
    if known.booked >= known.quantity:
        return known, executed, "filled", missing
    if len(legs) < BOTH or "open" in states:
        return known, executed, "", missing
    return known, executed, "cancelled" if "cancelled" in states else "expired", missing
