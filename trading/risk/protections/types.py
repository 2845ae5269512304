"""What a protection is told and what it answers. Pure; times are UTC milliseconds, ratios Decimal (0.02 is 2%)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Final

MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
LOOKBACK_MIN: Final = 60  # minutes, where nothing is said
STOP_MIN: Final = 60
ZERO: Final = Decimal(0)
LOOKS_BACK: Final = ("lookback_period_candles", "lookback_period")


@dataclass(frozen=True, slots=True)
class Closed:
    """A position that was closed. profit: realised, as a ratio of what was paid for it. stopped: by its stop."""

    instrument_id: str
    closed_ms: int
    profit: Decimal
    stopped: bool


Closes = Sequence[Closed]


@dataclass(frozen=True, slots=True)
class Protection:
    """One protection as it is set, with freqtrade's names. What is None was not said.

    method: a name of `METHODS`. Of stop_duration_candles, stop_duration (minutes) and unlock_at ("HH:MM", UTC) one says
    how long entries stay locked; of lookback_period_candles and lookback_period (minutes) one says how far back closed
    positions count. Candles are those of the bot that asks.
    """

    method: str
    stop_duration_candles: int | None = None
    stop_duration: int | None = None
    unlock_at: str | None = None
    lookback_period_candles: int | None = None
    lookback_period: int | None = None
    trade_limit: int | None = None
    required_profit: Decimal | None = None
    max_allowed_drawdown: Decimal | None = None
    only_per_pair: bool | None = None
    only_per_side: bool | None = None

    def lookback_ms(self, candle_ms: int) -> int:
        """How far back closed positions count."""
        if self.lookback_period_candles is not None:
            return self.lookback_period_candles * candle_ms
        return (self.lookback_period or LOOKBACK_MIN) * MINUTE_MS

    def lasts_ms(self, candle_ms: int) -> int:
        """How long a lock lasts at most."""
        if self.unlock_at is not None:
            return DAY_MS
        if self.stop_duration_candles is not None:
            return self.stop_duration_candles * candle_ms
        return (self.stop_duration or STOP_MIN) * MINUTE_MS

    def ends_ms(self, closed_ms: int, candle_ms: int) -> int:
        """When a lock ends that begins with a close at `closed_ms`."""
        if self.unlock_at is None:
            return closed_ms + self.lasts_ms(candle_ms)
        hours, minutes = self.unlock_at.split(":")
        at_ms = closed_ms - closed_ms % DAY_MS + (int(hours) * 60 + int(minutes)) * MINUTE_MS
        return at_ms if at_ms >= closed_ms else at_ms + DAY_MS

    def told(self) -> dict[str, Any]:
        """As it is stored and audited: only what was said, ratios as text."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: f"{value.normalize():f}" if isinstance(value, Decimal) else value
            for name, value in named.items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class Method:
    """A kind of protection, in a file of its own.

    words: what is asked for, to people, with a place for the method's name. meaning: what it does, to people. takes:
    the parameters it has beside those of every one. per_pair: whether the instrument's own closes count alone; None: as
    `only_per_pair` says. blames: of the closes in the window the ones that lock, none where nothing is wrong; None:
    every close locks, whatever was before. usual: what its parameters are where nothing is said, if that differs from
    other methods'.
    """

    name: str
    words: str
    takes: frozenset[str]
    per_pair: bool | None
    blames: Callable[[Protection, Closes], Closes] | None
    meaning: str
    usual: Mapping[str, int] = field(default_factory=dict)
