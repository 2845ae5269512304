"""What the cycle passes round and what it reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from cryptouniverse.kernel.market import Timeframe
from strategies.bots.types import BotRow
from strategies.signals.types import Signal
from trading.portfolio.types import Holding


@dataclass(frozen=True, slots=True)
class Slot:
    """A candle's time on a market: what is worked once. market: the one shown; another has times of its own."""

    timeframe: Timeframe
    open_ms: int
    market: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A signal that one bot can act on: to enter, or to leave what it holds."""

    bot: BotRow
    signal: Signal
    holding: Holding | None

    @property
    def instrument_id(self) -> str:
        """What it is about."""
        return self.signal.key.instrument_id


@dataclass(slots=True)
class Decision:
    """What became of a wish, on its way into a DecisionRecord, field by field."""

    public_id: UUID
    portfolio_id: int
    bot_id: UUID
    strategy: str
    signal_id: UUID
    verdict_id: UUID | None
    instrument_id: str
    slot_ms: int
    outcome: str
    decided_at: datetime
    rule: str = ""
    limit: str = ""
    value: str = ""
    level: str = ""
    wanted_quantity: Decimal | None = None
    quantity: Decimal | None = None
    intent_id: UUID | None = None


@dataclass(slots=True)
class CycleReport:
    """What one run of the cycle did."""

    fills: int = 0
    signals: int = 0
    verdicts: int = 0
    intents: int = 0
    consumed: Decimal = Decimal(0)
    refusals: Counter[str] = field(default_factory=Counter)
