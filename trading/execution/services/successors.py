"""New terms for an order that rests at an exchange: the new order is held back until the old one's end is known there.

What the old one got meanwhile is kept, and then the new one is dropped: the same wish is never bought twice.
"""

from __future__ import annotations

import json
from dataclasses import replace

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from trading.execution.models import Intent
from trading.execution.selectors import IN_FLIGHT
from trading.execution.services.refusing import end_intents
from trading.execution.types import Desk, IntentDraft

AFTER = "after"  # in a spec: the key of the intent whose end it waits for
FILLED_BEFORE = "filled_before"
_WAITING = """
    SELECT n.id, n.spec, coalesce(f.executed, 0) > 0
    FROM trading_execution_intent n
    JOIN trading_execution_intent o ON o.id = (n.spec->>'after')::bigint
    LEFT JOIN trading_execution_order f ON f.intent_id = o.id
    WHERE n.held AND n.state = 'recorded' AND n.portfolio_id = %s AND jsonb_exists(n.spec, 'after')
      AND o.state IN ('filled', 'cancelled', 'expired', 'rejected')
    ORDER BY n.id FOR NO KEY UPDATE OF n
"""
_FREE = """
    UPDATE trading_execution_intent AS i SET spec = g.spec::jsonb, held = g.held, released_at = %s
    FROM unnest(%s::bigint[], %s::text[], %s::boolean[]) AS g (id, spec, held) WHERE i.id = g.id
"""


def succeeding(draft: IntentDraft, old: Intent) -> IntentDraft:
    """`draft`, held back until `old`, whose end was asked for, has ended there; as it is if it has already."""
    if not Intent.objects.filter(pk=old.pk, state__in=IN_FLIGHT).exists():
        return draft
    told = {**json.loads(draft.spec or "{}"), AFTER: old.pk}
    return replace(draft, spec=json.dumps(told), held=True)


def let_successors_go(desk: Desk) -> None:
    """Free each order whose predecessor has ended without a fill, and end those whose predecessor has got something.

    What the venue has not the kind for goes on being held, for its own moment. In the caller's transaction.
    """
    free, gone = [], []
    for pk, raw, got_something in query(_WAITING, [desk.portfolio_pk]):
        told = json.loads(raw)
        del told[AFTER]
        if got_something:
            gone.append((pk, "cancelled", FILLED_BEFORE))
        else:
            free.append((pk, json.dumps(told), "venue" not in told))
    if free:
        write(_FREE, [clock.now(), *(list(column) for column in zip(*free, strict=True))])
    end_intents(gone)
