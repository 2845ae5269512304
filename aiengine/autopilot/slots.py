"""Which slots are due: those that the feed has shown and this tenant has not worked, oldest first."""

from __future__ import annotations

from decimal import Decimal

import structlog
from django.db.models import Max

from aiengine.autopilot.claims import DECIDE, SETTLE
from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import CycleRun
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.locks import only_one
from trading.marketdata.selectors import feed_state
from trading.marketdata.types import FeedState

SLOTS_A_CALL_MAX = 200
LATE_SLOTS = 5  # at a candle a second a few slots come together; more means that the worker cannot keep up
_LOCK = 7_315_004  # with a tenant: its slots are worked by one worker at a time
log = structlog.get_logger(__name__)


def run_due_cycles() -> int:
    """Work every due slot of the active tenant in order; how many. A second caller leaves at once.

    A tenant without a run begins at the newest slot. One that fell behind catches up: its orders meet every candle,
    while entries on prices that are old by then are refused by the gate.
    """
    with only_one(_LOCK, current_tenant().id.int & 0x7FFFFFFF) as mine:
        if not mine:
            return 0
        feed = feed_state()
        slots = due_slots(feed)
        for slot_ms in slots:
            run_cycle(
                timeframe=feed.timeframe,
                slot_ms=slot_ms,
                price_age_s=price_age(feed, slot_ms),
                market=feed.source.value,
            )
        if len(slots) > LATE_SLOTS:
            log.warning("cycles ran late", slots=len(slots), first_ms=slots[0])
        return len(slots)


def due_slots(feed: FeedState) -> list[int]:
    """Slots up to the feed's cursor that are not settled and decided, oldest first, at most SLOTS_A_CALL_MAX.

    The last one settled is among them when its worker died before it had decided: an exit signal comes only once.
    """
    runs = CycleRun.objects.filter(market=feed.source.value, timeframe=feed.timeframe.value)
    settled = runs.filter(work=SETTLE).aggregate(last=Max("slot_ms"))["last"]
    if settled is None:
        return [feed.cursor_ms]
    decided = runs.filter(work=DECIDE, slot_ms=settled).exists()
    first = settled + feed.timeframe.ms if decided else settled
    return list(range(first, feed.cursor_ms + 1, feed.timeframe.ms))[:SLOTS_A_CALL_MAX]


def price_age(feed: FeedState, slot_ms: int) -> Decimal:
    """How many seconds ago, by the wall, the feed showed this slot's close."""
    if not feed.speed:
        return Decimal(0)
    return Decimal((feed.cursor_ms - slot_ms) // feed.timeframe.ms) / feed.speed
