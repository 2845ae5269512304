"""Participation (POV): a share of what the market traded since the last child, in bps, with a cap on each child.

What comes back unfilled is not added to the next child: the order goes on at its rate, for longer.
"""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.parameters import Choice, Whole, refuse
from trading.algorithms.planned import NEXT, SKIP
from trading.algorithms.types import CHILDREN_MAX, SECOND_MS, Ask, Kind, Over, Parent, State, Wish
from trading.fills.types import BPS

DURATION_MAX_S: Final = 30 * 86_400


def _ask(parent: Parent, state: State, now_ms: int, traded_steps: int) -> Ask:
    end_ms = parent.start_ms + parent.whole("duration_s") * SECOND_MS
    if now_ms >= end_ms:
        return Over()
    allowed = min(traded_steps * parent.whole("rate_bps") // BPS, parent.whole("cap_steps"))
    next_ms = now_ms + parent.whole("interval_s") * SECOND_MS
    return Wish(allowed, allowed, state.slot, next_ms, min(next_ms, end_ms))


def _counts_from(parent: Parent, state: State, now_ms: int) -> int | None:
    """The last child; with skip, where nobody asked for longer than an interval, an interval back at most."""
    since_ms, interval_ms = max(state.counted_ms, parent.start_ms), parent.whole("interval_s") * SECOND_MS
    unasked = now_ms - state.next_ms > interval_ms and parent.catches_up() == SKIP
    return max(since_ms, now_ms - interval_ms) if unasked else since_ms


def _check(parent: Parent) -> None:
    """A cap below twice the minimum could leave a rest that is too large for a child and too small for two."""
    least = 2 * parent.min_steps - 1
    if parent.whole("cap_steps") < min(least, parent.total_steps):
        refuse("cap_steps", f"≥ {least}", least)
    if parent.whole("duration_s") // parent.whole("interval_s") >= CHILDREN_MAX:
        seconds = parent.whole("duration_s") // CHILDREN_MAX + 1
        refuse("interval_s", f"{seconds} … 86400", seconds)


KIND = Kind(
    name="participation",
    title=_("Participation"),
    meaning=_("A share of what the market trades"),
    parameters=(
        Whole("rate_bps", _("The share of the volume, in bps"), 1, 5_000, needed=True),
        Whole("cap_steps", _("The largest child, in steps"), 1, INT64_MAX, needed=True),
        Whole("interval_s", _("Seconds between two children, at least"), 1, 86_400, default=60),
        Whole("duration_s", _("Seconds after which nothing more is sent"), 1, DURATION_MAX_S, needed=True),
        Choice(
            "catch_up",
            _("Whether volume counts that traded while nothing was sent: next, up to the cap, or skip"),
            (SKIP, NEXT),
            SKIP,
        ),
    ),
    examples=({"rate_bps": 1_000, "cap_steps": 400, "interval_s": 60, "duration_s": 7_200},),
    check=_check,
    ask=_ask,
    counts_from_ms=_counts_from,
)
