"""Placing recorded intents at the paper venue, whose book is this database: accepting an order is one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.ids import derived_id
from trading.execution.types import Recorded

_LOCK_RECORDED = """
    SELECT i.id, i.public_id, i.portfolio_id, i.client_order_id FROM trading_execution_intent i
    JOIN trading_portfolio_portfolio p ON p.id = i.portfolio_id AND p.kind = 'paper'
    WHERE i.state = 'recorded' ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_ACCEPT = """
    WITH accepted AS (
        INSERT INTO trading_execution_order
            (public_id, intent_id, portfolio_id, venue, venue_order_id, executed, state, reason, placed_at)
        SELECT public_id, intent_id, portfolio_id, 'paper', '', 0, 'open', '', %s
        FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) WITH ORDINALITY
            AS g (public_id, intent_id, portfolio_id, place)
        ORDER BY place RETURNING intent_id
    )
    UPDATE trading_execution_intent AS i SET state = 'acked' FROM accepted a WHERE i.id = a.intent_id
"""


def place_recorded() -> int:
    """Hand every recorded intent of the tenant's paper portfolios to the paper venue; how many.

    Runs after the decisions' commit, and again before the next slot is settled: what a killed worker left recorded is
    placed once, for an intent can have one order only.
    """
    if not query(_LOCK_RECORDED):
        return 0  # most often: a look at an empty index, and no transaction
    with transaction.atomic():
        return accept([Recorded(*row) for row in query(_LOCK_RECORDED)])


def accept(intents: Sequence[Recorded]) -> int:
    """The paper venue takes `intents`: an open order each; how many. One statement, in the caller's transaction."""
    if not intents:
        return 0
    ids = [derived_id("order", intent.public_id) for intent in intents]
    pks, portfolios = [intent.pk for intent in intents], [intent.portfolio_pk for intent in intents]
    return write(_ACCEPT, [clock.now(), ids, pks, portfolios])
