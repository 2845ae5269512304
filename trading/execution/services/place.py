"""Placing recorded intents at the paper venue, whose book is this database: accepting an order is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.ids import derived_id
from trading.execution.models import Intent
from trading.execution.services.record import record_intents
from trading.execution.types import IntentDraft, Recorded

_LOCK_RECORDED = """
    SELECT i.id, i.public_id, i.portfolio_id, i.client_order_id FROM trading_execution_intent i
    JOIN trading_portfolio_portfolio p ON p.id = i.portfolio_id AND p.kind = 'paper'
    WHERE i.state = 'recorded' ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_SOME_RECORDED = """
    SELECT FROM trading_execution_intent i JOIN trading_portfolio_portfolio p ON p.id = i.portfolio_id
    WHERE i.state = 'recorded' AND p.kind = 'paper' LIMIT 1
"""
_TAKE = """
    INSERT INTO trading_execution_order
        (public_id, intent_id, portfolio_id, venue, venue_order_id, executed, state, reason, placed_at)
    SELECT public_id, intent_id, portfolio_id, 'paper', '', 0, 'open', '', %s
    FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) WITH ORDINALITY
        AS g (public_id, intent_id, portfolio_id, place)
    ORDER BY place
"""
_ACKED = "UPDATE trading_execution_intent SET state = 'acked' WHERE id = ANY(%s::bigint[])"


def place_recorded() -> int:
    """Hand every recorded intent of the tenant's paper portfolios to the paper venue; how many.

    Runs after the decisions' commit, and again before the next slot is settled: what a killed worker left recorded is
    placed once, for an intent can have one order only.
    """
    if not query(_SOME_RECORDED):
        return 0  # most often: a look at an empty index, and no transaction
    with transaction.atomic():
        return _accept([Recorded(*row) for row in query(_LOCK_RECORDED)])


def place_drafts(*, drafts: Sequence[IntentDraft], slot_ms: int) -> list[Recorded]:
    """Record `drafts` of paper portfolios and have the paper venue take them, all in the caller's transaction.

    There is no moment between the two, so the intents are working from the start.
    """
    recorded = record_intents(drafts=drafts, slot_ms=slot_ms, state=Intent.State.ACKED)
    if recorded:
        write(_TAKE, _orders_of(recorded))
    return recorded


def _accept(intents: Sequence[Recorded]) -> int:
    """The paper venue takes `intents`: an open order each; how many. In the caller's transaction."""
    if intents:
        write(_TAKE, _orders_of(intents))
        write(_ACKED, [[intent.pk for intent in intents]])
    return len(intents)


def _orders_of(intents: Sequence[Recorded]) -> list[Any]:
    ids = [derived_id("order", intent.public_id) for intent in intents]
    return [clock.now(), ids, [intent.pk for intent in intents], [intent.portfolio_pk for intent in intents]]
