"""A bot as the rest of the product reads it. Pure, no Django."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from cryptouniverse.kernel.market import Timeframe
from strategies.catalog.outside import WEBHOOK
from strategies.catalog.registry import all_finders, all_managers
from strategies.catalog.types import SignalKey
from trading.risk.types import Sizing

ALLOCATION_MAX: Final = Decimal(10) ** 15


class BotStatus(enum.StrEnum):
    """ACTIVE: enters and exits. PAUSED: enters nothing, its exits go on. STOPPED: for good, with nothing open."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class BotMode(enum.StrEnum):
    """How much it does by itself."""

    AUTONOMOUS = "autonomous"


@dataclass(frozen=True, slots=True)
class BotRow:
    """One bot, read once for a whole cycle.

    parameters: canonical text. allocation: most quote currency an entry may cost, 0 = none. sizing: how large an entry
    is to be. stop_bps, target_bps: distances of the protective orders from the entry in bps of its price; a target of 0
    is none. trail_bps, break_even_bps, time_stop_candles: what moves and ends the stop, 0 where nothing does.
    number: counts the tenant's bots from 1.
    """

    pk: int
    public_id: UUID
    number: int
    owner_pk: int
    portfolio_pk: int
    name: str
    strategy: str
    parameters: str
    timeframe: Timeframe
    instruments: tuple[str, ...]
    allocation: Decimal
    sizing: Sizing
    stop_bps: int
    target_bps: int
    status: BotStatus
    mode: BotMode
    trail_bps: int = 0
    break_even_bps: int = 0
    time_stop_candles: int = 0

    @property
    def keeps_orders(self) -> bool:
        """Whether a manager runs it: it hears no signals, but is asked itself after each candle."""
        return self.strategy in all_managers()

    @property
    def reads_books(self) -> bool:
        """Whether a finder runs it: it hears no signals, but looks at order books itself."""
        return self.strategy in all_finders()

    def key_for(self, instrument_id: str) -> SignalKey:
        """What this bot listens to on one of its instruments; with signals from outside, to its own alone."""
        if self.strategy == WEBHOOK:
            return SignalKey(WEBHOOK, str(self.public_id), instrument_id, self.timeframe)
        return SignalKey(self.strategy, self.parameters, instrument_id, self.timeframe)

    @property
    def keys(self) -> tuple[SignalKey, ...]:
        """All that this bot listens to, in the order of its instruments."""
        return tuple(self.key_for(instrument_id) for instrument_id in self.instruments)


class Whose(NamedTuple):
    """What a bot belongs to. connection_id: None on paper."""

    portfolio_pk: int
    portfolio_id: UUID
    owner_id: UUID
    connection_id: UUID | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A tenant's running bots, by number, who listens to what, who keeps orders and who reads books. Kept from cycle to
    cycle while nothing changes.
    """

    bots: tuple[BotRow, ...]
    listeners: Mapping[SignalKey, tuple[BotRow, ...]]
    instrument_ids: frozenset[str]
    keepers: tuple[BotRow, ...] = ()
    finders: tuple[BotRow, ...] = ()

    @classmethod
    def of(cls, bots: tuple[BotRow, ...]) -> Roster:
        """The roster of these bots."""
        listeners: dict[SignalKey, tuple[BotRow, ...]] = {}
        keepers = tuple(bot for bot in bots if bot.keeps_orders)
        finders = tuple(bot for bot in bots if bot.reads_books)
        for bot in bots:
            for key in () if bot.keeps_orders or bot.reads_books else bot.keys:
                listeners[key] = (*listeners.get(key, ()), bot)
        return cls(bots, listeners, frozenset(name for bot in bots for name in bot.instruments), keepers, finders)


NO_BOTS: Final = Roster.of(())
