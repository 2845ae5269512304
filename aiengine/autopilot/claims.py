"""One run per (tenant, work, slot): the unique row is the claim, and it commits with the work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from aiengine.autopilot.types import Slot
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write

SETTLE = "settle"
TEND = "tend"  # before DECIDE: what is decided has been tended
FIND = "find"  # as TEND
DECIDE = "decide"
KEPT_FOR = timedelta(days=30)  # claims: nobody asks for a slot before the last one settled

_CLAIM = """
    INSERT INTO aiengine_autopilot_cyclerun (market, timeframe, slot_ms, work, ran_at)
    SELECT %s, %s, %s, work, %s FROM unnest(%s::text[]) AS wanted (work)
    ON CONFLICT (market, timeframe, slot_ms, work) DO NOTHING RETURNING work
"""


_FORGET = """
    DELETE FROM aiengine_autopilot_cyclerun old
    USING (SELECT market, timeframe, max(slot_ms) AS slot_ms FROM aiengine_autopilot_cyclerun
           WHERE work = %s GROUP BY 1, 2) last
    WHERE old.market = last.market AND old.timeframe = last.timeframe AND old.slot_ms < last.slot_ms AND old.ran_at < %s
"""


def forget_claims() -> None:
    """Drop the claims of slots that ran more than KEPT_FOR ago; of each market the last slot settled stays, for the
    next one follows it. Safe to run again.
    """
    write(_FORGET, [SETTLE, clock.now() - KEPT_FOR])


def claim(slot: Slot, work: Collection[str]) -> set[str]:
    """Those of `work` that nobody has done in this slot; they are the caller's if its transaction commits.

    A twin that claims the same waits for this transaction: if it rolls back, the twin gets the work.
    """
    if not work:
        return set()
    place = [slot.market, slot.timeframe.value, slot.open_ms]
    return {row[0] for row in query(_CLAIM, [*place, clock.now(), sorted(work)])}
