"""From what was sent or stored to an exact number, for all that is read from JSON here."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any


def number_in(sent: Any) -> Decimal | None:
    """Text, a whole number or a Decimal as a finite Decimal; None for anything else, a float among it."""
    if isinstance(sent, bool) or not isinstance(sent, (str, int, Decimal)):
        return None
    try:
        number = Decimal(str(sent))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
