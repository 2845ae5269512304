"""What a person says, in whole ticks and steps; what lies between two is refused with the nearest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from difflib import get_close_matches
from typing import Final

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from trading.execution.errors import BadTicket

BPS: Final = Decimal(10_000)


def on_grid(field: str, value: Decimal, unit: Decimal) -> int:
    """How many units `value` is; a value between two is refused with the nearest, never rounded in silence."""
    if not value.is_finite() or value <= 0:
        raise BadTicket(_("%(field)s is above zero: at least %(nearest)s."), field=field, nearest=f"{unit:f}")
    units = value / unit
    if units % 1:
        nearest = max(units.to_integral_value(rounding=ROUND_HALF_EVEN), Decimal(1)) * unit
        said = _("%(field)s comes in units of %(limit)s; the nearest is %(nearest)s.")
        raise BadTicket(said, field=field, limit=f"{unit:f}", nearest=f"{nearest:f}")
    return int(units)


def steps_of(quantity: Decimal, instrument: Instrument) -> int:
    """A quantity in whole steps. Raises BadTicket with the nearest where it is between two."""
    return on_grid("quantity", quantity, instrument.step)


def ticks_of(price: Decimal | None, field: str, instrument: Instrument) -> int:
    """A price in whole ticks. Raises BadTicket where it is not said, or between two."""
    if price is None:
        raise BadTicket(_("This kind of order needs %(field)s."), field=field)
    return on_grid(field, price, instrument.tick)


def collared(ticks: int, collar_bps: int) -> int:
    """The worst price that is paid where the market is expected at `ticks`."""
    return max(int((ticks * (BPS + collar_bps) / BPS).to_integral_value(rounding=ROUND_DOWN)), 1)


def one_of(field: str, value: str, known: Sequence[str]) -> str:
    """`value`, which is one of the words that are known. Raises BadTicket with them and the nearest."""
    if value not in known:
        nearest = nearest_of(value, known)
        said = _("%(field)s is one of %(limit)s, not %(value)s; the nearest is %(nearest)s.")
        raise BadTicket(said, field=field, value=value[:40], limit=", ".join(known), nearest=nearest)
    return value


def nearest_of(value: str, known: Sequence[str]) -> str:
    """The word among those that are known that is most like `value`."""
    return next(iter(get_close_matches(value[:40], known, 1, 0)), known[0])
