"""What the algorithms share that follow a plan: whose turn it is, what was missed, and how that is caught up.

spread: what was missed goes over the rest of the plan in proportion. next: all of it goes into the next child.
skip: it is not caught up; it is what the order reports as left. After the plan, `finishing` children at most, one an
interval, send what came back unfilled or was missed (not with skip). Time in which nobody asks uses none of them up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.parameters import Choice, Whole
from trading.algorithms.types import SECOND_MS, Ask, Over, Parent, Plan, State, Wait, Wish
from trading.fills.types import BPS

SPREAD: Final = "spread"
NEXT: Final = "next"
SKIP: Final = "skip"
AGAIN_MS: Final = SECOND_MS  # where price or volume forbid a child, its turn lasts, and it is asked again so often
FINISHING_MAX: Final = 20

FINISHING = Whole("finishing", _("Children after the plan that send what is left"), 0, FINISHING_MAX, default=3)
SEED = Whole("seed", _("The same seed gives the same chance again"), 0, 2**31 - 1)
PARTICIPATION = Whole(
    "max_participation_bps", _("Most of the last interval's volume a child takes, in bps; none: no limit"), 1, BPS
)


def catching_up(default: str) -> Choice:
    """The parameter `catch_up` of a kind."""
    return Choice("catch_up", _("What becomes of what was missed"), (SPREAD, NEXT, SKIP), default)


def asks(plan_of: Callable[[Parent], Plan]) -> Callable[[Parent, State, int, int], Ask]:
    """How a kind asks that follows the plan of `plan_of`."""

    def ask(parent: Parent, state: State, now_ms: int, traded_steps: int) -> Ask:
        plan = plan_of(parent)
        if now_ms >= plan.moments[-1] + plan.every_ms:
            return _finishing(plan, parent, state, now_ms, traded_steps)
        turn = bisect_right(plan.moments, now_ms) - 1
        ends_ms = _ends_ms(plan, turn)
        if turn < state.slot:
            return Wait(_begins_ms(plan, state.slot))
        policy = parent.catches_up()
        return Wish(
            steps=_wanted(plan, turn, policy, parent, state),
            most=_most(parent, traded_steps),
            slot=turn + 1,
            next_ms=ends_ms,
            expires_ms=ends_ms,
            missed=_missed(plan, state.slot, turn),
            again_ms=min(now_ms + AGAIN_MS, ends_ms),
            merges=policy != SKIP,
        )

    return ask


def counts_from(parent: Parent, state: State, now_ms: int) -> int | None:
    """For a cap on participation the last interval counts, and nothing of it that an earlier child has used."""
    if parent.value("max_participation_bps") is None:
        return None
    return max(state.counted_ms, now_ms - parent.whole("interval_s") * SECOND_MS)


def _finishing(plan: Plan, parent: Parent, state: State, now_ms: int, traded_steps: int) -> Ask:
    planned = len(plan.moments)
    missed = _missed(plan, state.slot, planned)
    turn = max(state.slot, planned)
    if parent.catches_up() == SKIP or turn >= planned + parent.whole("finishing"):
        return Over(missed)
    ends_ms = now_ms + plan.every_ms
    most = _most(parent, traded_steps)
    return Wish(state.left_steps(parent), most, turn + 1, ends_ms, ends_ms, missed)


def _wanted(plan: Plan, turn: int, policy: str, parent: Parent, state: State) -> int:
    left = state.left_steps(parent)
    if policy == SKIP:
        return min(plan.steps[turn], left)
    if policy == NEXT:
        return left - sum(plan.steps[turn + 1 :])
    rest = sum(plan.steps[turn:])
    return left * plan.steps[turn] // rest if rest else left


def _most(parent: Parent, traded_steps: int) -> int:
    bps = parent.value("max_participation_bps")
    return traded_steps * bps // BPS if isinstance(bps, int) else parent.total_steps


def _missed(plan: Plan, begin: int, end: int) -> int:
    return sum(steps > 0 for steps in plan.steps[begin:end])


def _begins_ms(plan: Plan, slot: int) -> int:
    return plan.moments[slot] if slot < len(plan.moments) else plan.moments[-1] + plan.every_ms


def _ends_ms(plan: Plan, turn: int) -> int:
    return _begins_ms(plan, turn + 1)
