"""At what price an order fills inside a bar, and what that costs.

Plain integer scalars, which a compiler takes as they stand (compiled.py): no product is formed before it is known to
fit 64 bits, and what is refused is refused with constant words. Rounding goes against the order: a buyer pays the tick
above, a seller gets the tick below, a fee is rounded up. A signal on the close of bar t fills at the open of bar t + 1.
In a bar that was invented to fill a gap nothing trades: callers pass none of these.
"""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.errors import FillOverflow
from trading.fills.types import BPS, PPM, Costs

NO_LEG: Final = 0
STOP: Final = 1
TARGET: Final = 2

_SMALL: Final = 2**31
_LARGER: Final = 2**42
_SMALLER: Final = 2**20
_NO_PRICE: Final = _("A price is at least one tick.")
_NO_SLIPPAGE: Final = _("Slippage is 0 to 10,000 bps.")
_SLIPPED_TOO_FAR: Final = _("The slipped price is larger than 64 bits can count.")
_BELOW_ZERO: Final = _("A notional counts ticks, steps and minor units from zero up.")
_NO_NOTIONAL: Final = _("A notional is not below zero.")
_NO_FEE: Final = _("A fee is 0 to 1,000,000 ppm.")
_NOTIONAL_TOO_LARGE: Final = _("The notional is larger than 64 bits can count.")
_TOO_LARGE: Final = _("The amount is larger than 64 bits can count.")


def slipped(side: int, ticks: int, slippage_bps: int) -> int:
    """`ticks` made worse for `side` (+1 buy, -1 sell) by `slippage_bps`, rounded to the worse tick, never below 1."""
    if ticks < 1:
        raise Invalid(_NO_PRICE)
    if slippage_bps < 0 or slippage_bps > BPS:
        raise Invalid(_NO_SLIPPAGE)
    slip = _part_up(ticks, slippage_bps, BPS)
    if side < 0:
        return max(ticks - slip, 1)
    if ticks > INT64_MAX - slip:
        raise FillOverflow(_SLIPPED_TOO_FAR)
    return ticks + slip


def notional_minor(ticks: int, steps: int, minor_per_tick_step: int) -> int:
    """What `steps` cost at `ticks`, in minor units, exactly. Raises FillOverflow beyond 64 bits, Invalid below zero."""
    if ticks < 0 or steps < 0 or minor_per_tick_step < 0:
        raise Invalid(_BELOW_ZERO)
    return _product(_product(ticks, steps), minor_per_tick_step)


def fee_minor(notional: int, ppm: int) -> int:
    """The fee on `notional` minor units at `ppm` millionths, rounded up to the minor unit; never above the notional."""
    if notional < 0:
        raise Invalid(_NO_NOTIONAL)
    if ppm < 0 or ppm > PPM:
        raise Invalid(_NO_FEE)
    if notional > INT64_MAX:
        raise FillOverflow(_NOTIONAL_TOO_LARGE)
    return _part_up(notional, ppm, PPM)


def market_at_open(side: int, open_ticks: int, costs: Costs) -> int:
    """The price in ticks of a market order that meets a bar's open: the open, slipped against the order."""
    return slipped(side, open_ticks, costs.slippage_bps)


def limit_in_bar(side: int, limit_ticks: int, open_: int, high: int, low: int) -> int:
    """The price in ticks at which a resting limit order fills inside the bar, or 0.

    It fills only if the market traded through the limit: touching it is not enough, for others may be first in the
    queue. A bar that opens beyond the limit fills at the open, which is better. No slippage.
    """
    if side > 0:
        if low >= limit_ticks:
            return 0
        return min(open_, limit_ticks)
    if high <= limit_ticks:
        return 0
    return max(open_, limit_ticks)


def protect_in_bar(
    position_side: int, stop_ticks: int, target_ticks: int, open_: int, high: int, low: int, costs: Costs
) -> tuple[int, int]:
    """Which leg of a position fills inside the bar, and at how many ticks: such as (STOP, 4100), or (NO_LEG, 0).

    position_side: +1 long, -1 short. A leg of 0 ticks does not exist. What the open decides comes first: a gap through
    the stop fills at the open, slipped, not at the stop; a gap through the target fills at the open. Otherwise, if both
    legs lie inside the bar, the stop is assumed to come first. A stop triggers when touched and is slipped; a target is
    a limit: traded through, no slippage.
    """
    return protected(position_side, stop_ticks, target_ticks, open_, high, low, costs.slippage_bps)


def protected(
    position_side: int, stop_ticks: int, target_ticks: int, open_: int, high: int, low: int, slippage_bps: int
) -> tuple[int, int]:
    """`protect_in_bar` with the slippage alone."""
    closing = -position_side
    if stop_ticks and _reached(position_side, stop_ticks, open_):
        return STOP, slipped(closing, open_, slippage_bps)
    target = limit_in_bar(closing, target_ticks, open_, high, low) if target_ticks else 0
    if target and target == open_ != target_ticks:
        return TARGET, target
    if stop_ticks and _reached(position_side, stop_ticks, low if position_side > 0 else high):
        return STOP, slipped(closing, stop_ticks, slippage_bps)
    if target:
        return TARGET, target
    return NO_LEG, 0


def _reached(position_side: int, stop_ticks: int, price: int) -> bool:
    """True if a market at `price` triggers the stop."""
    return price <= stop_ticks if position_side > 0 else price >= stop_ticks


def _part_up(total: int, part: int, whole: int) -> int:
    """total * part / whole, rounded up, for 0 <= part <= whole: split so that nothing leaves 64 bits."""
    return total // whole * part + -(-(total % whole * part) // whole)


def _product(one: int, other: int) -> int:
    """one * other for what is not below zero. Raises FillOverflow beyond 64 bits, before multiplying."""
    if (one < _SMALL and other < _SMALL) or (one < _LARGER and other < _SMALLER):  # most often: spares a division
        return one * other
    if one > INT64_MAX or other > INT64_MAX or (one and other > INT64_MAX // one):
        raise FillOverflow(_TOO_LARGE)
    return one * other
