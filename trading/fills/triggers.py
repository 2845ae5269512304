"""Scalar rules of orders that wait for a price: when a trigger is met, where a stop trails, where a trade breaks even.

Plain integer scalars like `rules.py`: no product is formed before it is known to fit 64 bits. `way` says how a trigger
is met: +1 by a price that rises to its level, -1 by one that falls to it.
"""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.errors import FillOverflow
from trading.fills.types import BPS, PPM

_TOO_LARGE: Final = _("The stop's price is larger than 64 bits can count.")
_FEES_TOO_HIGH: Final = _("The fees leave nothing to break even with.")


def reached(way: int, level: int, price: int) -> bool:
    """Whether a market at `price` meets a trigger at `level`; touching it is enough. A level of 0 is never met."""
    if level < 1:
        return False
    return price >= level if way > 0 else price <= level


def touched(way: int, level: int, high: int, low: int) -> bool:
    """Whether a bar with these extremes meets the trigger anywhere."""
    return reached(way, level, high if way > 0 else low)


def passed(side: int, limit_ticks: int, price: int) -> bool:
    """Whether a market at `price` is better than the limit of `side`: touching it is not enough."""
    return price < limit_ticks if side > 0 else price > limit_ticks


def breaks(side: int, limit_ticks: int, price: int) -> bool:
    """Whether `price` is worse than the limit of `side`; a limit of 0 is none."""
    return limit_ticks > 0 and (price > limit_ticks if side > 0 else price < limit_ticks)


def better_of(way: int, one: int, other: int) -> int:
    """The price that is better for a stop of this way: the lower one above the market, the higher one below it.

    0 is no price. So a trailing stop remembers its extreme, and never loosens its level.
    """
    if one == 0 or other == 0:
        return one + other
    return min(one, other) if way > 0 else max(one, other)


def trailed(way: int, extreme: int, delta_ticks: int, delta_bps: int) -> int:
    """The level of a stop that trails `extreme` by ticks or by bps, at least one tick.

    The distance is rounded up, so the stop is never nearer than was asked for. Raises FillOverflow beyond 64 bits.
    """
    distance = delta_ticks if delta_ticks else share_up(extreme, delta_bps, BPS)
    if way < 0:
        return max(extreme - distance, 1)
    if extreme > INT64_MAX - distance:
        raise FillOverflow(_TOO_LARGE)
    return extreme + distance


def moved(side: int, entry_ticks: int, bps: int) -> int:
    """The price that lies `bps` in favour of a position of this side, rounded away from its entry."""
    distance = share_up(entry_ticks, bps, BPS)
    return max(entry_ticks - distance, 1) if side < 0 else entry_ticks + distance


def break_even(side: int, entry_ticks: int, entry_ppm: int, exit_ppm: int) -> int:
    """The first price at which closing a position pays back its entry and both fees; slippage is not in it.

    entry_ppm, exit_ppm: the fee that was paid and the one that will be. Long: entry * (1 + in) / (1 - out), rounded up;
    short: entry * (1 - in) / (1 + out), rounded down, at least one tick. Raises Invalid for fees that eat everything.
    """
    whole = PPM - exit_ppm if side > 0 else PPM + exit_ppm
    fees = entry_ppm + exit_ppm
    if fees > whole:
        raise Invalid(_FEES_TOO_HIGH)
    distance = share_up(entry_ticks, fees, whole)
    if side < 0:
        return max(entry_ticks - distance, 1)
    if entry_ticks > INT64_MAX - distance:
        raise FillOverflow(_TOO_LARGE)
    return entry_ticks + distance


def share_up(total: int, part: int, whole: int) -> int:
    """total * part / whole, rounded up, for 0 <= part <= whole: split so that nothing leaves 64 bits."""
    return total // whole * part + -(-(total % whole * part) // whole)
