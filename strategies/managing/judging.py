"""What the limits say of a manager's buys: the risk gate, asked as a bot's entry is, for orders whose size is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.types import BotRow, BotStatus
from strategies.catalog import desk as its
from strategies.managing.sitting import Sitting, Why
from trading.ceilings.types import Ceiling
from trading.execution.types import Candle
from trading.risk.gate import judge
from trading.risk.levels import strictest
from trading.risk.types import BPS, Approved, Book, Limits, Proposal, Sizing

PAUSED: Final[Why] = ("paused", _("a bot that is on"), _("paused"), "")
NO_ENTRIES: Final[Why] = ("tenant", _("an organisation that takes entries"), _("it takes none now"), "")
# What says no to one order or to its size, and not to buying as such: what rests stays where it is.
_OF_ONE_ORDER: Final = frozenset(
    {
        "cash",
        "min_notional",
        "open_positions",
        "order_notional",
        "position_notional",
        "position_share",
        "risk_per_trade",
        "sizing",
        "stale_data",
    }
)


@dataclass(slots=True)
class Gate:
    """The gate in one turn, its books locked. ceilings: of bots, by id. takes_entries: of the tenant. live: keys of
    bots that may trade for real money.
    """

    books: Mapping[int, tuple[Book, Limits]]
    ceilings: Mapping[UUID, Ceiling]
    takes_entries: bool
    slot_ms: int
    candle_ms: int
    price_age_s: Decimal
    live: frozenset[int] = frozenset()

    @property
    def closed_ms(self) -> int:
        """When the candle of this turn closed, UTC."""
        return self.slot_ms + self.candle_ms

    def collar_bps(self, bot: BotRow) -> int:
        """How far above the close a market order of this bot may buy."""
        return self._limits(bot).collar_bps

    def bars(self, bot: BotRow, sitting: Sitting, candle: Candle) -> Why | None:
        """Why this bot buys nothing at all now: then what rests is taken back. None where it may."""
        if bot.status is not BotStatus.ACTIVE:
            return PAUSED
        if not self.takes_entries:
            return NO_ENTRIES
        one = sitting.instrument
        price = one.price_of(candle.close)
        steps = max(one.steps_down(one.min_notional / price) + 1, 1)
        answer = judge(
            self._proposal(bot, sitting, price, one.quantity_of(steps), candle), self._book(bot), self._limits(bot)
        )
        if isinstance(answer, Approved) or answer.rule in _OF_ONE_ORDER:
            return None
        return answer.rule, answer.limit, answer.value, answer.level

    def judge(self, bot: BotRow, sitting: Sitting, slot: int, candle: Candle) -> Decimal | Why:
        """What a buy has set aside, counted from now on; or why it is not placed: it is placed whole or not at all."""
        row, one, book = sitting.orders[slot], sitting.instrument, self._book(bot)
        limit, quantity = one.price_of(int(row[its.TICKS])), one.quantity_of(int(row[its.STEPS]))
        answer = judge(self._proposal(bot, sitting, limit, quantity, candle), book, self._limits(bot))
        if not isinstance(answer, Approved) or answer.quantity < quantity:
            return answer.rule or "risk_per_trade", answer.limit, answer.value, answer.level
        adds = sitting.adds
        book.reserve(answer)
        book.open_positions -= adds
        return answer.reserved

    def _proposal(self, bot: BotRow, sitting: Sitting, limit: Decimal, quantity: Decimal, candle: Candle) -> Proposal:
        one, (stop, _target) = sitting.instrument, sitting.levels
        if not 0 < stop < limit:  # no stop of its own: what its loss limit leaves of this order
            below = limit * (BPS - bot.stop_bps) / BPS
            stop = max((below / one.tick).to_integral_value(rounding=ROUND_DOWN) * one.tick, one.tick)
        return Proposal(
            bot_id=bot.public_id,
            instrument=one,
            price=one.price_of(candle.close),
            price_age_s=self._age_s(bot),
            bot_live=bot.pk in self.live,
            by_rules=False,  # nobody votes on it: its owner has seen its orders, and allowed it real money
            stop_bps=bot.stop_bps,
            target_bps=0,
            allocation=Decimal(0),
            slot_ms=self.slot_ms,
            candle_ms=self.candle_ms,
            adds=sitting.adds,
            limit_price=limit,
            stop_price=stop,
            sizing=Sizing("fixed", {"amount": quantity * limit}),
        )

    def _age_s(self, bot: BotRow) -> Decimal:
        """How old the close is; for real money by the wall, for a replayed candle is stale then."""
        if not self._book(bot).real:
            return self.price_age_s
        return max(self.price_age_s, Decimal(clock.to_ms(clock.now()) - self.closed_ms) / 1000)

    def _book(self, bot: BotRow) -> Book:
        return self.books[bot.portfolio_pk][0]

    def _limits(self, bot: BotRow) -> Limits:
        limits = self.books[bot.portfolio_pk][1]
        ceiling = self.ceilings.get(bot.public_id)
        return strictest(limits, [ceiling]) if ceiling else limits
