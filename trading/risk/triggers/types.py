"""What a trigger is told and what it answers. Pure; a limit is a Decimal in the unit of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from trading.ceilings.types import Mode

NEAR: Final = Decimal("0.8")  # of the limit: from there on people are warned
CALM: Final = Decimal("0.7")  # below that a warning is over
PERCENT: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a portfolio stands. None: not known, or it has none of that.

    equity_peak: the highest value since it was last armed. losses: positions closed with a loss in a row since then.
    move_pct: the largest way, high to low, of an instrument that it holds, within the last candle. feed_age_s: since
    the market should have moved. venue_age_s: since its books were last held against the exchange's. drift: by how
    much they differed, in units of the asset.
    """

    equity: Decimal
    equity_peak: Decimal
    day_start_equity: Decimal
    losses: int = 0
    move_pct: Decimal | None = None
    feed_age_s: Decimal | None = None
    venue_age_s: Decimal | None = None
    drift: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger as it is set: at `limit` the portfolio goes into `mode`."""

    trigger: str
    limit: Decimal
    mode: Mode = Mode.CLOSE_ONLY

    def told(self) -> dict[str, Any]:
        """As it is stored and audited."""
        return {"trigger": self.trigger, "limit": f"{self.limit.normalize():f}", "mode": self.mode.value}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of trigger, in a file of its own.

    words: what it looks at, to people. meaning: what for, to people. met: what happened, with places for value and
    limit. unit: of its limit, such as "%" or "s". most: the largest limit there can be. value: what it sees now; None
    where there is nothing to see, and then it neither warns nor stops.
    """

    name: str
    words: str
    meaning: str
    met: str
    unit: str
    most: Decimal
    value: Callable[[Standing], Decimal | None]


def fallen_pct(now: Decimal, before: Decimal) -> Decimal | None:
    """How far `now` is below `before`, in percent of it. A value that is no number, or none at all, is a total loss."""
    if not before.is_finite() or before <= 0:
        return None
    if not now.is_finite():
        return PERCENT
    return (before - now) / before * PERCENT
