"""First in, first out: which lots a closing fill takes, and what each of them earned. Pure and exact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Final

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.errors import ClosesTooMuch, FillOverflow
from trading.fills.types import Lot, LotClose

_SMALL: Final = 2**31
_MINOR: Final = Decimal("1e-8")


def close_fifo(lots: Sequence[Lot], steps: int, proceeds: int) -> tuple[list[LotClose], list[Lot]]:
    """Close `steps` of `lots`, oldest first, for `proceeds` minor units net of the exit fee.

    Returns what was taken from each lot touched, and the lots that stay open. Shares are rounded down and the last one
    takes the remainder, so that costs and proceeds sum exactly, however many fills a lot is closed by. A short passes
    negative costs and negative proceeds. Raises ClosesTooMuch beyond what is open, Invalid below one step.
    """
    _require_closable(lots, steps, proceeds)
    closes: list[LotClose] = []
    left, unpaid = steps, proceeds
    for index, lot in enumerate(lots):
        taken = min(lot.steps, left)
        left -= taken
        cost = lot.cost if taken == lot.steps else share_of(lot.cost, taken, lot.steps)
        share = share_of(proceeds, taken, steps) if left else unpaid
        unpaid -= share
        closes.append(LotClose(index, taken, cost, share, share - cost))
        if not left:
            break
    last = lots[len(closes) - 1]
    still = last.steps - closes[-1].steps
    rest = [Lot(still, last.cost - closes[-1].cost)] if still else []
    return closes, [*rest, *lots[len(closes) :]]


def share_of(total: int, part: int, whole: int) -> int:
    """total * part / whole, rounded down, for 0 <= part <= whole: exact, and no intermediate leaves 64 bits."""
    each, rest = total // whole, total % whole
    if whole <= _SMALL or part == 0 or rest <= INT64_MAX // part:
        return each * part + rest * part // whole
    return each * part + _long_share(rest, part, whole)


def _long_share(rest: int, part: int, whole: int) -> int:
    """rest * part // whole for rest < whole, where the product may leave 64 bits."""
    quotient, remainder = 0, 0
    for bit in range(62, -1, -1):  # long multiplication: doubles, and takes out `whole` as soon as it fits
        quotient, remainder = _plus(2 * quotient, remainder, remainder, whole)
        if part >> bit & 1:
            quotient, remainder = _plus(quotient, remainder, rest, whole)
    return quotient


def _plus(quotient: int, remainder: int, more: int, whole: int) -> tuple[int, int]:
    """quotient * whole + remainder + more, as (quotient, remainder) again."""
    if remainder >= whole - more:
        return quotient + 1, remainder - (whole - more)
    return quotient, remainder + more


def _require_closable(lots: Sequence[Lot], steps: int, proceeds: int) -> None:
    if steps < 1:
        raise Invalid(_("A closing fill has at least one step, not %(steps)s."), steps=steps)
    if abs(proceeds) > INT64_MAX:
        raise FillOverflow(_("The proceeds are larger than 64 bits can count."))
    held = sum(lot.steps for lot in lots)
    if steps > held:
        raise ClosesTooMuch(_("%(steps)s steps would be closed, %(open)s are open."), steps=steps, open=held)


def freed(kept: Decimal, taken: Decimal, whole: Decimal) -> Decimal:
    """Of money that stays with a position, what is free again when `taken` of `whole` has been closed: its share,
    rounded down to 1e-8, and all of it with the last.
    """
    return kept if taken == whole else (kept * taken / whole).quantize(_MINOR, rounding=ROUND_DOWN)
