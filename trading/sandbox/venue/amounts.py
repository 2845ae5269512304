"""Exact numbers of the sandbox: whole numbers of 1e-8, as Binance writes prices, sizes and amounts. Pure."""

from __future__ import annotations

import re
from typing import Final

PLACES: Final = 8
UNIT: Final = 10**PLACES
PPM: Final = 1_000_000
BPS: Final = 10_000

_PLAIN = re.compile(r"(-?)([0-9]{1,20})(?:\.([0-9]{1,20}))?")


class TooPreciseError(ValueError):
    """A number has more than eight decimal places that are not zero."""


def units(text: str) -> int:
    """`text`, a plain decimal such as "0.015", in units of 1e-8. Raises ValueError for anything else."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a plain decimal number")
    sign, whole, part = match.groups()
    part = (part or "").rstrip("0")
    if len(part) > PLACES:
        raise TooPreciseError(text)
    number = int(whole) * UNIT + int(part.ljust(PLACES, "0"))
    return -number if sign else number


def text(number: int) -> str:
    """`number` units of 1e-8 with all eight places: 150000000 is "1.50000000"."""
    sign = "-" if number < 0 else ""
    whole, part = divmod(abs(number), UNIT)
    return f"{sign}{whole}.{part:08d}"


def worth(price: int, quantity: int) -> int:
    """What `quantity` costs at `price`. Exact wherever both are on their market's tick and step, else rounded down."""
    return price * quantity // UNIT


def share_up(total: int, part: int, whole: int) -> int:
    """total * part / whole, rounded up, for what is not below zero."""
    return -(-total * part // whole)


def down_to(number: int, step: int) -> int:
    """The largest multiple of `step` that is not above `number`."""
    return number - number % step


def up_to(number: int, step: int) -> int:
    """The smallest multiple of `step` that is not below `number`."""
    return number + -number % step
