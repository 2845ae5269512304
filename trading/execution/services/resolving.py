"""What became of an attempt that nobody has answered: found, or so long and so often absent that it never arrived.

Before the signed window and the venue's lag have passed, absence proves nothing. After that it counts, twice, with a
pause between: then an entry has expired, and a way out is sent anew under the next attempt's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.market import Side
from trading.exchanges.types import VenueOrder
from trading.execution.at_venue import UnknownAttempt
from trading.execution.errors import LeaseLost
from trading.execution.services.refusing import end_intents
from trading.execution.types import Desk, Windows

CLOCKS_MAY_DIFFER_MS = 1_000
_UNKNOWN = """
    SELECT a.id, i.id, i.purpose, split_part(i.instrument_id, ':', 2), i.side, a.quantity, i.limit_price, i.stop_price,
           a.client_order_id, a.signed_at_ms, a.valid_until, a.pair_price IS NOT NULL
    FROM trading_execution_attempt a JOIN trading_execution_intent i ON i.id = a.intent_id
    WHERE a.state = 'open' AND i.portfolio_id = %s ORDER BY a.id
"""
_FENCE = "SELECT 1 FROM trading_execution_lease WHERE connection_id = %s AND epoch = %s FOR SHARE"
_FIRST = """
    UPDATE trading_execution_attempt SET absences = 1, absent_at = %s
    WHERE id = ANY(%s) AND state = 'open' AND absences = 0 AND valid_until <= %s
"""
_SECOND = """
    UPDATE trading_execution_attempt SET state = 'expired', absences = absences + 1
    WHERE id = ANY(%s) AND state = 'open' AND absences > 0 AND absent_at <= %s RETURNING intent_id
"""
_PURPOSES = "SELECT id, purpose FROM trading_execution_intent WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_ANEW = "UPDATE trading_execution_intent SET state = 'recorded' WHERE id = ANY(%s) AND state = 'sending'"


def unknown_attempts(desk: Desk) -> list[UnknownAttempt]:
    """The connection's attempts that nobody has answered, oldest first."""
    return [
        UnknownAttempt(pk, intent, purpose, symbol, Side(side), *facts)
        for pk, intent, purpose, symbol, side, *facts in query(_UNKNOWN, [desk.portfolio_pk])
    ]


@transaction.atomic
def note_absent(*, desk: Desk, attempts: Sequence[UnknownAttempt], looked_at: datetime, windows: Windows) -> int:
    """The venue said of each of `attempts`, asked not before `looked_at`, that it has no such order; how many end.

    Raises LeaseLost when another writer has taken the connection.
    """
    if not query(_FENCE, [desk.connection_pk, desk.epoch]):
        raise LeaseLost(connection=str(desk.connection_id))
    pks = [attempt.pk for attempt in attempts]
    query(_PURPOSES, [[attempt.intent_pk for attempt in attempts]])
    ended = query(_SECOND, [pks, looked_at - timedelta(milliseconds=windows.apart_ms)])
    write(_FIRST, [looked_at, pks, looked_at - timedelta(milliseconds=windows.lag_ms)])
    purposes = query(_PURPOSES, [[row[0] for row in ended]]) if ended else []
    end_intents([(pk, "expired", "never_arrived") for pk, purpose in purposes if purpose == "entry"])
    write(_ANEW, [[pk for pk, purpose in purposes if purpose != "entry"]])
    return len(ended)


def told_by_its_facts(attempt: UnknownAttempt, orders: Sequence[VenueOrder], known: set[str]) -> list[VenueOrder]:
    """The orders that can be this attempt's where the venue keeps no client ids. known: venue ids with an intent."""
    first_ms = attempt.signed_at_ms - CLOCKS_MAY_DIFFER_MS
    return [
        order
        for order in orders
        if order.venue_order_id not in known
        and order.symbol == attempt.symbol
        and order.side is attempt.side
        and order.quantity == attempt.quantity
        and order.created_ms >= first_ms
        and (attempt.purpose == "protect" or attempt.limit_price in {None, order.limit_price})
        and (attempt.purpose != "protect" or order.stop_price == attempt.stop_price)
    ]
