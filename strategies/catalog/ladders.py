"""The arithmetic of ladders and grids: how far apart, how large, at what prices. Exact, and the same for what is shown
and what is placed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext
from itertools import pairwise
from typing import Final

from cryptouniverse.kernel.market import MINOR_PER_UNIT
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.desk import BUY, LIMIT, MARKET, SELL
from strategies.catalog.errors import LadderRefused
from strategies.catalog.managing import Rung, Start
from trading.fills.rules import fee_minor, notional_minor, slipped
from trading.fills.types import PPM

E9: Final = 1_000_000_000
BASE, PREVIOUS = "base", "previous"
_DIGITS: Final = 60
_HUNDRED: Final = Decimal(100)


def deviations(step_pct: str, scale: str, count: int, counted_from: str) -> list[Decimal]:
    """How far below the base price orders 1 to `count` lie, as ratios of it.

    From BASE: D_n = s (1 - k^n) / (1 - k), for k = 1 n s; the price of order n is P (1 - D_n). From PREVIOUS: each lies
    s k^(n-1) below the one before, the price is P times all (1 - s k^(i-1)). With s = 2%, k = 1 and P = 100 the first
    two are 98 and 96 from the base, 98 and 96.04 from the previous. Raises LadderRefused for one that is 100% or more.
    """
    step, k = Decimal(step_pct) / _HUNDRED, Decimal(scale)
    found: list[Decimal] = []
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_EVEN):
        left, gone, each = Decimal(1), Decimal(0), step
        for number in range(1, count + 1):
            gone += each
            left *= 1 - each
            deviation = gone if counted_from == BASE else 1 - left
            if deviation >= 1 or each >= 1:
                said = _("Safety order %(number)s would lie %(percent)s%% below the base price, at nothing or less.")
                raise LadderRefused(said, number=number, percent=f"{max(deviation, each) * 100:.1f}")
            found.append(deviation)
            each *= k
    return found


def factors(found: Iterable[Decimal]) -> list[int]:
    """What is left of the base price, in billionths, rounded down."""
    return [int(((1 - one) * E9).to_integral_value(rounding=ROUND_DOWN)) for one in found]


def amounts(first: str, scale: str, count: int) -> list[int]:
    """size_n = size_1 v^(n-1), minor units, rounded down. Raises LadderRefused for one that cannot be counted."""
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_EVEN):
        size, found = Decimal(first) * MINOR_PER_UNIT, []
        for number in range(1, count + 1):
            if size >= 2**62:
                raise LadderRefused(_("Order %(number)s would be too large to be counted."), number=number)
            found.append(int(size.to_integral_value(rounding=ROUND_DOWN)))
            size *= Decimal(scale)
    return found


def lines(lower: int, upper: int, intervals: int, *, geometric: bool) -> list[int]:
    """The `intervals` + 1 lines of a grid in ticks, from `lower` to `upper`, both in, rounded down in between.

    Arithmetic: as far apart in price. Geometric: in the ratio (upper / lower)^(1 / intervals).
    """
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_EVEN):
        if not geometric:
            return [lower + (upper - lower) * n // intervals for n in range(intervals + 1)]
        ratio = (Decimal(upper) / lower) ** (Decimal(1) / intervals)
        inner = [int((lower * ratio**n).to_integral_value(rounding=ROUND_DOWN)) for n in range(1, intervals)]
    return [lower, *inner, upper]


def rungs(
    start: Start,
    orders: Iterable[tuple[int, int, int, int]],
    exit_of: Callable[[int, int], tuple[int, int]] | None = None,
) -> tuple[Rung, ...]:
    """Buys, one after the other. orders: (kind, ticks, steps, fee in ppm). exit_of(total, held): where that is sold,
    ticks, and what it earns; None where no price says so.
    """
    found, held, total = [], 0, 0
    for kind, ticks, steps, ppm in orders:
        notional = notional_minor(ticks, steps, start.unit)
        cost = notional + fee_minor(notional, ppm)
        held, total = held + steps, total + cost
        exit_ticks, profit = exit_of(total, held) if held and exit_of else (0, 0)
        found.append(Rung(BUY, kind, ticks, steps, cost, exit_ticks, held, total, profit))
    return tuple(found)


def cells(start: Start, found: list[int], sizes: list[int]) -> tuple[Rung, ...]:
    """The buys of a grid with lines `found`, in the order in which they fill as the price falls.

    Each earns by itself: its exit is the line above its own, its profit that of one round after fees. Raises
    LadderRefused for lines that do not rise, that more than double, or that do not earn both fees.
    """
    fee = start.ppm if start.fee_ppm is None else start.fee_ppm
    for number, (low, high) in enumerate(pairwise(found), 1):
        if high <= low or high > 2 * low:
            said = _("Interval %(number)s must rise, and no more than double.")
            raise LadderRefused(said, number=number)
        if (high - low) * PPM <= 2 * fee * low:
            said = _(
                "Interval %(number)s is %(step)s%% high; both fees take %(fees)s%% of it: use fewer or wider ones."
            )
            facts = {"step": f"{Decimal(high - low) / low * 100:.3f}", "fees": f"{Decimal(2 * fee) / PPM * 100:.3f}"}
            raise LadderRefused(said, number=number, **facts)
    held, total, made = 0, 0, []
    for low, high, steps in reversed(list(zip(found, found[1:], sizes, strict=False))):
        at_once = low > start.ticks
        ticks = start.expected if at_once else low
        notional = notional_minor(ticks, steps, start.unit)
        cost = notional + fee_minor(notional, start.costs.taker_ppm if at_once else start.costs.maker_ppm)
        held, total = held + steps, total + cost
        profit = proceeds(start, high, steps) - cost
        made.append(Rung(BUY, MARKET if at_once else LIMIT, ticks, steps, cost, high, held, total, profit))
    return tuple(made)


def proceeds(start: Start, ticks: int, steps: int) -> int:
    """What selling comes to after the higher fee, minor units."""
    notional = notional_minor(ticks, steps, start.unit)
    return notional - fee_minor(notional, start.ppm)


def sells_for(start: Start, ticks: int, steps: int) -> int:
    """What selling all at once comes to where the market is at `ticks`, minor units."""
    return proceeds(start, slipped(SELL, ticks, start.costs.slippage_bps), steps)
