"""One run per (tenant, work, slot): the unique row is the claim, and it commits with the work."""

from __future__ import annotations

from collections.abc import Collection

from aiengine.autopilot.types import Slot
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query

SETTLE = "settle"
TEND = "tend"  # before DECIDE: what is decided has been tended
FIND = "find"  # as TEND
DECIDE = "decide"

_CLAIM = """
    INSERT INTO aiengine_autopilot_cyclerun (market, timeframe, slot_ms, work, ran_at)
    SELECT %s, %s, %s, work, %s FROM unnest(%s::text[]) AS wanted (work)
    ON CONFLICT (market, timeframe, slot_ms, work) DO NOTHING RETURNING work
"""


def claim(slot: Slot, work: Collection[str]) -> set[str]:
    """Those of `work` that nobody has done in this slot; they are the caller's if its transaction commits.

    A twin that claims the same waits for this transaction: if it rolls back, the twin gets the work.
    """
    if not work:
        return set()
    place = [slot.market, slot.timeframe.value, slot.open_ms]
    return {row[0] for row in query(_CLAIM, [*place, clock.now(), sorted(work)])}
