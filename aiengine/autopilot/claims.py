"""One run per (tenant, work, slot): the unique row is the claim, and it commits with the work."""

from __future__ import annotations

from collections.abc import Collection

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import Timeframe

SETTLE = "settle"
DECIDE = "decide"

_CLAIM = """
    INSERT INTO aiengine_autopilot_cyclerun (timeframe, slot_ms, work, ran_at)
    SELECT %s, %s, work, %s FROM unnest(%s::text[]) AS wanted (work)
    ON CONFLICT (timeframe, slot_ms, work) DO NOTHING RETURNING work
"""


def claim(timeframe: Timeframe, slot_ms: int, work: Collection[str]) -> set[str]:
    """Those of `work` that nobody has done in this slot; they are the caller's if its transaction commits.

    A twin that claims the same waits for this transaction: if it rolls back, the twin gets the work.
    """
    if not work:
        return set()
    return {row[0] for row in query(_CLAIM, [timeframe.value, slot_ms, clock.now(), sorted(work)])}
