"""Modes of trading, and ceilings: limits set above a portfolio's own. Pure, no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _


class Mode(enum.StrEnum):
    """How much of trading goes on, from all of it to nothing that runs by itself; each takes away more.

    NORMAL: all. NO_ENTRIES: bots and programs open nothing; a person still may. CLOSE_ONLY: nobody opens anything, and
    entries on their way are withdrawn. FLATTEN: and what is open is sold. FREEZE: and bots do not even leave; stops
    stay at the venue and a person can close. A stop, or an exit by a person, is held back by none of them.
    """

    NORMAL = "normal"
    NO_ENTRIES = "no_entries"
    CLOSE_ONLY = "close_only"
    FLATTEN = "flatten"
    FREEZE = "freeze"

    @property
    def severity(self) -> int:
        """Its place from 0; where several apply, the highest counts."""
        return _ORDER.index(self)


class Level(enum.StrEnum):
    """Who a limit holds for, from everybody to one bot."""

    PLATFORM = "platform"
    TENANT = "tenant"
    USER = "user"
    CONNECTION = "connection"
    PORTFOLIO = "portfolio"
    BOT = "bot"


_ORDER: Final = (Mode.NORMAL, Mode.NO_ENTRIES, Mode.CLOSE_ONLY, Mode.FLATTEN, Mode.FREEZE)
STOPS: Final = _ORDER[1:]
MODE_WORDS: Final = {
    Mode.NORMAL: _("on"),
    Mode.NO_ENTRIES: _("no new entries"),
    Mode.CLOSE_ONLY: _("stopped"),
    Mode.FLATTEN: _("closing everything"),
    Mode.FREEZE: _("frozen"),
}
MODE_MEANINGS: Final = {
    Mode.NORMAL: _("Trading goes on, where nobody else stops it."),
    Mode.NO_ENTRIES: _("Bots and programs open nothing. A person still may."),
    Mode.CLOSE_ONLY: _("Nobody opens anything, and entries on their way are taken back. Exits go on."),
    Mode.FLATTEN: _("Nothing is opened, and all that is open is sold at the next price, which may be a bad one."),
    Mode.FREEZE: _("Bots do nothing at all. Stops stay in place, and people can close positions."),
}
LEVEL_WORDS: Final = {
    Level.PLATFORM: _("the whole platform"),
    Level.TENANT: _("the organisation"),
    Level.USER: _("the person"),
    Level.CONNECTION: _("the connection"),
    Level.PORTFOLIO: _("the portfolio"),
    Level.BOT: _("the bot"),
}
CAPS: Final = (  # of each the smallest of all levels counts
    "order_notional_max",
    "position_notional_max",
    "position_pct_max",
    "risk_per_trade_pct",
    "daily_loss_pct_max",
    "open_positions_max",
    "quote_age_s_max",
    "collar_bps",
)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What one level says, in the units of a portfolio's limits. A cap of None and an empty whitelist say nothing."""

    level: Level
    mode: Mode = Mode.NORMAL
    whitelist: frozenset[str] = frozenset()
    order_notional_max: Decimal | None = None
    position_notional_max: Decimal | None = None
    position_pct_max: Decimal | None = None
    risk_per_trade_pct: Decimal | None = None
    daily_loss_pct_max: Decimal | None = None
    open_positions_max: int | None = None
    quote_age_s_max: int | None = None
    collar_bps: int | None = None
