"""Intents that end without an order: what a venue would not take, and what it has refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from trading.execution.requests import TOO_SMALL
from trading.portfolio.services import release

if TYPE_CHECKING:
    from trading.execution.at_venue import RecordedIntent

AGAIN_AFTER_S_MAX = 60
_END = """
    WITH given AS (
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS g (id, state, reason)
    )
    UPDATE trading_execution_intent AS i SET state = g.state, reason = g.reason, reserved = 0
    FROM given g, trading_execution_intent AS o
    WHERE i.id = g.id AND o.id = i.id AND i.state IN ('recorded', 'sending', 'acked')
    RETURNING o.portfolio_id, o.reserved
"""
_LATER = """
    UPDATE trading_execution_intent AS i
    SET state = 'recorded',
        not_before = %s + least(%s, coalesce(g.wait_ms / 1000.0, 2 ^ i.attempts)) * interval '1 second'
    FROM unnest(%s::bigint[], %s::bigint[]) AS g (id, wait_ms) WHERE i.id = g.id
"""


def end_unsendable(refused: Sequence[tuple[RecordedIntent, str]]) -> None:
    """End entries that the venue would refuse, give their cash back; ways out wait, those too small to sell end too,
    and lines that sell at a limit.

    In the caller's transaction, which holds the intents.
    """
    ends = [(intent.pk, _end_of(intent), why) for intent, why in refused if _ends(intent, why)]
    end_intents(ends)
    try_later([intent.pk for intent, why in refused if not _ends(intent, why)])


def end_intents(ends: Sequence[tuple[int, str, str]]) -> None:
    """Intents (key, final state, reason) end, and what they had still reserved is free again."""
    if not ends:
        return
    freed: dict[int, Decimal] = defaultdict(Decimal)
    for portfolio_pk, reserved in query(_END, [list(column) for column in zip(*ends, strict=True)]):
        freed[portfolio_pk] += reserved
    release({pk: amount for pk, amount in freed.items() if amount})


def try_later(intent_pks: Sequence[int], waits_ms: Sequence[int] | None = None) -> None:
    """What cannot leave now is tried again after `waits_ms`, else later each time, at the latest after a minute. A way
    out is never given up; an entry is too old before long.
    """
    if intent_pks:
        waits = list(waits_ms) if waits_ms is not None else [None] * len(intent_pks)
        write(_LATER, [clock.now(), AGAIN_AFTER_S_MAX, list(intent_pks), waits])


def _end_of(intent: RecordedIntent) -> str:
    return "rejected" if intent.purpose == "entry" or intent.line else "cancelled"


def _ends(intent: RecordedIntent, why: str) -> bool:
    sells_at_a_limit = intent.line is not None and intent.limit_price is not None
    return intent.purpose == "entry" or why == TOO_SMALL or sells_at_a_limit
