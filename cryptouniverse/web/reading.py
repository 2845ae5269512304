"""What the desk reads, once per request and only what the panels that were asked for need. No figures are made here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aiengine.autopilot.selectors import decisions_of
from aiengine.consensus.selectors import verdicts_by_ids
from aiengine.consensus.types import Verdict
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Bars, Instrument
from strategies.bots.selectors import bots_of
from strategies.monitoring.selectors import alarmed
from trading.ceilings.types import Mode
from trading.connections.selectors import stopped_connections_for
from trading.execution.selectors import fills_of, orders_of, strange_orders_of, unknown_attempts_of
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import bars_of_many, feed_state, instruments
from trading.marketdata.types import FeedState
from trading.portfolio.errors import UnknownPortfolio
from trading.portfolio.selectors import dust_of, open_positions_of, portfolios_for, results_by_bot, rights_on
from trading.risk.selectors import of_bots, stops_above
from trading.risk.types import StopAbove

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

SPARK_CANDLES = 24
DECISIONS = 8
ACTIVITY = 12
STRANGE = 8
SHOWN = {"all": None, "taken": ("taken", "reduced"), "refused": ("refused",)}


def shown_name(user: User, portfolio: Portfolio) -> str:
    """What this person calls the portfolio: "" for their main one. A connection's label is its owner's alone."""
    if portfolio.owner_id != user.pk:
        owner = portfolio.owner.get_full_name()
        return f"{owner} · {portfolio.name}" if portfolio.name else owner
    return portfolio.connection.label if portfolio.connection else portfolio.name


class Reading:
    """One person's desk as it is in the books now. Every attribute is read at its first use, and only then.

    user: whose. panels: names of the panels that will be shown, so that instruments are read for all of them at once.
    asked: the portfolio that was asked for, else the one on paper, else the oldest. Raises UnknownPortfolio when the
    person has none, or not that one.
    """

    def __init__(self, user: User, panels: Iterable[str], *, show: str = "all", asked: UUID | None = None) -> None:
        self.user = user
        self.panels = frozenset(panels)
        self.show = show
        self.portfolios: list[Any] = list(portfolios_for(user))
        found = [row for row in self.portfolios if asked in (None, row.public_id)]
        if not found:
            raise UnknownPortfolio
        self.portfolio = found[0]
        self.mine = self.portfolio.owner_id == user.pk
        self.now: datetime = clock.now()

    @cached_property
    def rights(self) -> frozenset[str]:
        """What the person may do here: by role, and as owner or by what they were given."""
        return rights_on(self.user, self.portfolio)

    @cached_property
    def feed(self) -> FeedState | None:
        """Where the market stands; None before one was chosen."""
        try:
            return feed_state()
        except NoMarket:
            return None

    @cached_property
    def positions(self) -> list[Any]:
        """Open positions, newest first."""
        return list(open_positions_of(self.portfolio))

    @cached_property
    def decisions(self) -> list[Any]:
        """The latest decisions of the kind that is shown."""
        outcomes = SHOWN[self.show]
        rows = decisions_of(self.portfolio)
        return list((rows.filter(outcome__in=outcomes) if outcomes else rows)[:DECISIONS])

    @cached_property
    def verdicts(self) -> dict[UUID, Verdict]:
        """The verdicts behind those decisions, with every opinion."""
        ids = {row.verdict_id for row in self.decisions if row.verdict_id}
        return verdicts_by_ids(ids) if ids else {}

    @cached_property
    def fills(self) -> list[Any]:
        """The latest fills."""
        return list(fills_of(self.portfolio)[:ACTIVITY])

    @cached_property
    def orders(self) -> list[Any]:
        """The latest orders that are not filled; resting stops and targets show with their positions instead."""
        rows = orders_of(self.portfolio).exclude(state="filled").exclude(intent__purpose="protect")
        return list(rows[: ACTIVITY // 2])

    @cached_property
    def stops_above(self) -> list[StopAbove]:
        """What was stopped above this portfolio, the most severe first."""
        return stops_above(self.portfolio)

    @cached_property
    def bot_modes(self) -> dict[UUID, Mode]:
        """The modes of bots that have one of their own."""
        return {bot_id: ceiling.mode for bot_id, ceiling in of_bots([bot.public_id for bot in self.bots]).items()}

    @cached_property
    def drifting(self) -> frozenset[int]:
        """Those of the bots, by key, that do worse than their replay says."""
        return alarmed(self.bots) if self.bots else frozenset()

    @cached_property
    def bots(self) -> list[Any]:
        """The bots in this portfolio."""
        return list(bots_of(self.portfolio))

    @cached_property
    def stopped(self) -> list[Any]:
        """The person's connections whose entries are stopped, whichever portfolio is shown."""
        return list(stopped_connections_for(self.user))

    @cached_property
    def unknown(self) -> list[Any]:
        """Orders that are being found out about."""
        return list(unknown_attempts_of(self.portfolio))

    @cached_property
    def strange(self) -> list[Any]:
        """Orders at the account that are not of our intents; one more than are shown."""
        return list(strange_orders_of(self.portfolio.connection)[: STRANGE + 1])

    @cached_property
    def dust(self) -> list[Any]:
        """What was too small to be sold."""
        return list(dust_of(self.portfolio))

    @cached_property
    def bot_names(self) -> dict[UUID | None, str]:
        """What each bot is called."""
        return {bot.public_id: bot.name for bot in self.bots}

    @cached_property
    def results(self) -> dict[UUID | None, tuple[int, Decimal]]:
        """Per bot: open positions, and profit realised since it began."""
        return results_by_bot(self.portfolio)

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """Every instrument that a panel on this page names."""
        names = {row.instrument_id for row in self.positions}
        if "decisions" in self.panels:
            names |= {row.instrument_id for row in self.decisions}
        if "activity" in self.panels:
            names |= {row.instrument_id for row in self.fills} | {row.intent.instrument_id for row in self.orders}
        return instruments(names) if names else {}

    @cached_property
    def bars(self) -> dict[str, Bars]:
        """The last candles of each instrument held, for the small lines."""
        names = sorted({row.instrument_id for row in self.positions} & self.instruments.keys())
        if not names or self.feed is None:
            return {}
        step = self.feed.timeframe.ms
        end = self.feed.cursor_ms + step
        return bars_of_many(names, self.feed.timeframe, start_ms=end - SPARK_CANDLES * step, end_ms=end)
