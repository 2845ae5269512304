"""What finders see now, as it is shown. Amounts in the home currency of the markets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

FUNDING_DAYS: Final = 100  # in which more rates are set than a finder looks back at


@dataclass(frozen=True, slots=True)
class LegSeen:
    """One order that a finder would send."""

    instrument_id: str
    side: str
    size: Decimal
    limit: Decimal


@dataclass(frozen=True, slots=True)
class Short:
    """A contract that a bot sold short. size: of the coin; collateral: what stays with it, in the quote currency;
    closed_at: the best ask at which its venue closes it.
    """

    instrument_id: str
    size: Decimal
    collateral: Decimal
    closed_at: Decimal


@dataclass(frozen=True, slots=True)
class SeenNow:
    """A finder on markets that it is made for, by the last books of each that the market's clock has reached.

    at_ms: the youngest of the books, UTC; age_ms: how long ago that was by the market's clock; apart_ms: how much older
    the oldest was then. legs: what it would send with an equal share of `funds` at each venue, none where nothing
    pays. profit: after fees; capital: what it ties up. stale: the books were too far apart to be compared.
    """

    strategy: str
    title: str
    instruments: tuple[str, ...]
    simulated: bool
    at_ms: int
    age_ms: int
    apart_ms: int
    stale: bool
    funds: Decimal
    currency: str
    legs: tuple[LegSeen, ...] = ()
    profit: Decimal | None = None
    capital: Decimal | None = None

    @property
    def profit_bps(self) -> Decimal | None:
        """The profit in ten-thousandths of the capital."""
        if self.profit is None or not self.capital:
            return None
        return (self.profit * 10_000 / self.capital).quantize(Decimal("0.1"), rounding="ROUND_DOWN")
