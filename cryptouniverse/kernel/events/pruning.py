"""What was delivered is forgotten after a week; what is still owed, dead letters among it, stays."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from cryptouniverse.kernel import clock

KEPT_FOR = timedelta(days=7)
BATCH = 10_000
_FORGET = """
    DELETE FROM cryptouniverse_events_outboxevent WHERE id IN (
        SELECT e.id FROM cryptouniverse_events_outboxevent e
        WHERE e.dispatched_at < %s
          AND NOT EXISTS (SELECT 1 FROM cryptouniverse_events_delivery d WHERE d.event_id = e.id)
        ORDER BY e.id LIMIT %s
    )
"""


def forget_delivered(limit: int = BATCH) -> int:
    """Drop up to `limit` events that were dispatched more than KEPT_FOR ago and that no handler owes; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [clock.now() - KEPT_FOR, limit])
        return int(cursor.rowcount)
