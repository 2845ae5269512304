"""What market data tells the rest of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class CandlesClosed(Event):
    """The candles that opened at `slot_ms` have closed on the market that is shown. Every active tenant is told."""

    type: ClassVar[str] = "trading.candles_closed"

    slot_ms: int
    timeframe: str
